import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newSshStorage } from "#e2e/servers/ssh-storage";
import { startSshd } from "#e2e/servers/sshd";
import { ssh } from "#lib/storage/ssh";

const signal = new AbortController().signal;

describe.skipIf(process.env.TEST_SSHD_URL === undefined)("an SSH upload", () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ["aes256-gcm@openssh.com", "default", true],
    // Keys change in the middle: from then on nothing is freed, and nothing may be lost.
    ["aes256-gcm@openssh.com", "1M", false],
    ["aes128-ctr", "default", false],
  ])("arrives whole over %s with new keys after %s", async (cipher, rekey, isLean) => {
    const directory = await mkdtemp(join(tmpdir(), "dg-lean-"));
    await chmod(directory, 0o755);
    const sshd = await startSshd(join(directory, "sshd"), {
      config: [`Ciphers ${cipher}`, `RekeyLimit ${rekey}`],
    });
    if (sshd === null) throw new Error("The test run started sshd, so it can be started here too.");
    const { config, path, dispose } = await newSshStorage(sshd);
    const content = randomBytes(5_000_001);
    const written: ArrayBufferLike[] = [];
    const write = Socket.prototype.write;
    vi.spyOn(Socket.prototype, "write").mockImplementation(function (this: Socket, ...args: unknown[]) {
      const [bytes] = args;
      // What is smaller lies in Node's own pool.
      if (Buffer.isBuffer(bytes) && bytes.length > 32_000) written.push(bytes.buffer);
      return Reflect.apply(write, this, args);
    });
    const adapter = ssh.open(config, { allowedRoots: [] });
    try {
      const pieces = (async function* () {
        yield content;
      })();
      await adapter.put("file", pieces, { signal });
      expect(readFileSync(join(path, "file")).equals(content)).toBe(true);
      expect(written.length).toBeGreaterThan(90);
      // By AES-GCM, which servers and ssh2 prefer, nothing large is left for the collector.
      if (isLean) {
        expect(written.filter((buffer) => buffer.byteLength > 0)).toEqual([]);
        // The source's own memory is not ours to free.
        expect(content.length).toBe(5_000_001);
      }
    } finally {
      await adapter.close?.();
      await dispose();
      await sshd.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
