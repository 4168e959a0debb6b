import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSshStorage } from "#e2e/servers/ssh-storage";
import { type Sshd, startSshd } from "#e2e/servers/sshd";
import { startTcpProxy } from "#e2e/servers/tcp-proxy";
import { until } from "#e2e/servers/until";
import { ssh } from "#lib/storage/ssh";

const signal = new AbortController().signal;
const content = randomBytes(6_000_000);

let directory: string;
let sshd: Sshd;

async function* pieces(bytes: Buffer, each = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += each) {
    // Lent: what the adapter still needs it has to keep itself.
    const lent = Buffer.from(bytes.subarray(at, at + each));
    yield lent;
    lent.fill(0);
  }
}

async function hashOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of source) hash.update(chunk);
  return hash.digest("hex");
}

const expected = createHash("sha256").update(content).digest("hex");
/** Bytes of answers after which the connection breaks: an upload of a few bytes gets about 1,300. */
const [FIRST_LOST, LAST_LOST, EVERY_LOST] = [30, 1400, 130];

describe.skipIf(process.env.TEST_SSHD_URL === undefined)("an SSH storage in an outage", () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dg-ssh-"));
    await chmod(directory, 0o755);
    const server = await startSshd(join(directory, "sshd"));
    if (server === null) throw new Error("The test run started sshd, so it can be started here too.");
    sshd = server;
  });
  afterAll(async () => {
    await sshd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("goes on where it was once a stopped server is back", async () => {
    const { adapter, path, everything } = await newSshStorage(sshd);
    let stopped: Promise<unknown> = Promise.resolve();
    const source = async function* () {
      let given = 0;
      for await (const piece of pieces(content)) {
        yield piece;
        given += 1;
        if (given === 30) {
          await sshd.stop();
          stopped = sleep(2000).then(() => sshd.start());
        }
      }
    };
    const stored = await adapter.put("a/file", source(), { signal });
    await stopped;
    // What was acknowledged before a crash may be lost in it, so nothing is said about the content.
    expect(stored).toEqual({ sizeBytes: content.length });
    expect(await hashOf(createReadStream(join(path, "a/file")))).toBe(expected);
    expect(await everything()).toEqual([".dg-storage", "a", "a/file"]);
    await adapter.close();
  });

  it("goes on reading after its sessions were killed", async () => {
    const { adapter } = await newSshStorage(sshd);
    await adapter.put("file", pieces(content), { signal });
    const hash = createHash("sha256");
    let killed = false;
    for await (const chunk of await adapter.get("file", { signal })) {
      hash.update(chunk);
      if (!killed) await sshd.killSessions();
      killed = true;
    }
    expect(hash.digest("hex")).toBe(expected);
    await adapter.close();
  });

  it("survives a reset at any byte of an upload", async () => {
    const storage = await newSshStorage(sshd);
    // From the first packets of the handshake to the last ones of the rename.
    const places = [10, 1000, 2500, 3200, 3600, 4000, 5000];
    for (let i = 1; i <= 13; i += 1) places.push(Math.floor((content.length * i) / 13) - 1000);
    const upload = async (bytes: number) => {
      const proxy = await startTcpProxy({ port: sshd.port });
      const adapter = ssh.open({ ...storage.config, port: proxy.port }, { allowedRoots: [] });
      // A login that breaks is for the decorator to begin again; see with-retry.ts.
      const connected = bytes > 3000;
      if (connected) await adapter.list("");
      const name = `reset-${bytes}`;
      proxy.resetAfter(bytes, "up");
      const put = () => adapter.put(name, pieces(content), { signal });
      await (connected ? put() : put().catch(put));
      expect(proxy.accepted).toBe(2);
      expect(await hashOf(createReadStream(join(storage.path, name)))).toBe(expected);
      await adapter.close();
      await proxy.close();
    };
    const queue = [...places];
    const work = async () => {
      for (let bytes = queue.shift(); bytes !== undefined; bytes = queue.shift()) await upload(bytes);
    };
    await Promise.all([work(), work()]);
    expect(await storage.everything()).toEqual(
      [".dg-storage", ...places.map((bytes) => `reset-${bytes}`)].sort(),
    );
    await storage.adapter.close();
  });

  it("neither loses nor doubles a file when an answer is lost", async () => {
    const storage = await newSshStorage(sshd);
    const proxy = await startTcpProxy({ port: sshd.port });
    const adapter = ssh.open({ ...storage.config, port: proxy.port }, { allowedRoots: [] });
    const names: string[] = [];
    for (let answers = FIRST_LOST; answers < LAST_LOST; answers += EVERY_LOST) {
      await adapter.list("");
      const name = `answer-${String(answers).padStart(4, "0")}`;
      names.push(name);
      let taken = false;
      const source = async function* () {
        taken = true;
        yield Buffer.from(name);
      };
      proxy.resetAfter(answers, "down");
      const overwrite = names.length % 2 === 0;
      await adapter.put(name, source(), { signal, overwrite }).catch(async (error: unknown) => {
        // Only before its first byte was taken may another begin again.
        expect([taken, error]).toEqual([false, expect.objectContaining({ fault: "transient" })]);
        await adapter.put(name, source(), { signal });
      });
      proxy.resetAfter(Number.MAX_SAFE_INTEGER);
      expect(readFileSync(join(storage.path, name), "utf8")).toBe(name);
    }
    // The answer to the removal of a temporary name may be the lost one.
    await adapter.sweep?.(-60_000);
    expect(await storage.everything()).toEqual([".dg-storage", ...names]);
    await Promise.all([adapter.close(), storage.adapter.close()]);
    await proxy.close();
  });

  it("stops waiting when told, and closes whatever goes on", async () => {
    const storage = await newSshStorage(sshd);
    const proxy = await startTcpProxy({ port: sshd.port });
    const adapter = ssh.open({ ...storage.config, port: proxy.port }, { allowedRoots: [] });
    const abort = new AbortController();
    let given = 0;
    const endless = async function* () {
      for (;;) {
        given += 1;
        yield Buffer.alloc(100_000);
        if (given === 20) proxy.pause();
      }
    };
    const put = adapter.put("never", endless(), { signal: abort.signal });
    put.catch(() => undefined);
    await until("the window is full", () => given > 40);
    // What was asked for ahead of the network is bounded.
    expect(given).toBeLessThan(100);
    abort.abort(new Error("stop it"));
    proxy.resume();
    await expect(put).rejects.toThrow("stop it");
    expect(await storage.everything()).toEqual([".dg-storage"]);
    await Promise.all([adapter.close(), storage.adapter.close()]);
    await expect(adapter.list("")).rejects.toThrow("was closed");
    await proxy.close();
  });
});
