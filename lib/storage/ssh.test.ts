import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complete, newSshStorage } from "#e2e/servers/ssh-storage";
import { type Sshd, startSshd } from "#e2e/servers/sshd";
import { storageContract } from "#lib/storage/contract";
import { ssh } from "#lib/storage/ssh";
import { StorageError } from "#lib/storage/types";
import { withRetry } from "#lib/storage/with-retry";

const signal = new AbortController().signal;
const missing = process.env.TEST_SSHD_URL === undefined;
const UID = 64_321;

let directory: string;
let sshd: Sshd;
/** One that offers no extension of OpenSSH at all, and takes passwords only by questions. */
let plain: Sshd;

async function* chunks(...items: string[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield Buffer.from(item);
}

async function text(source: Promise<AsyncIterable<Uint8Array>>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of await source) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function started(name: string, config: readonly string[] = []): Promise<Sshd> {
  const server = await startSshd(join(directory, name), { config });
  if (server === null) throw new Error("The test run started sshd, so it can be started here too.");
  return server;
}

describe.skipIf(missing)("ssh", () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dg-ssh-"));
    chmodSync(directory, 0o755);
    const denied = "posix-rename,hardlink,fsync,statvfs,fstatvfs,limits,copy-data";
    [sshd, plain] = await Promise.all([
      started("own"),
      started("plain", [
        `ForceCommand internal-sftp -P ${denied}`,
        "AuthenticationMethods keyboard-interactive publickey",
        "UsePAM yes",
        "KbdInteractiveAuthentication yes",
        "RekeyLimit 4M",
      ]),
    ]);
  });
  afterAll(async () => {
    await Promise.all([sshd.stop(), plain.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  storageContract("ssh by password", () => newSshStorage(sshd));
  storageContract("plain SFTP by a key with a passphrase", async () => {
    const login = { private_key: plain.lockedKey, passphrase: plain.passphrase };
    const storage = await newSshStorage(plain, login);
    return { ...storage, adapter: withRetry(storage.adapter) };
  });

  describe("where it lies", () => where());
  describe("host key", () => hostKeys());
  describe("logging in", () => logins());
  describe("a server without extensions", () => withoutExtensions());
  describe("space", () => space());
});

function where(): void {
  it("takes a missing or swapped folder for an error, never for an empty storage", async () => {
    const { adapter, path, config } = await newSshStorage(sshd);
    expect((await adapter.list("")).entries).toEqual([]);
    rmSync(path, { recursive: true });
    await expect(adapter.list("")).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
    mkdirSync(path);
    await expect(adapter.list("")).rejects.toThrow("not mounted");
    await expect(adapter.put("x", chunks("x"), { signal })).rejects.toThrow("not mounted");
    expect((await adapter.probe({ signal })).ok).toBe(false);
    await complete(config, false);
    expect(readdirSync(path)).toEqual([]);
    await adapter.close();
  });

  it("follows no symbolic link", async () => {
    const { adapter, path } = await newSshStorage(sshd);
    const outside = join(directory, "outside");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "secret"), "secret");
    symlinkSync(outside, join(path, "out"));
    symlinkSync(join(outside, "secret"), join(path, "file"));
    const refused = { code: "INVALID_STORAGE_PATH" };
    for (const way of ["out/secret", "file"]) {
      await expect(adapter.get(way, { signal })).rejects.toMatchObject(refused);
      await expect(adapter.remove(way)).rejects.toMatchObject(refused);
    }
    await expect(adapter.put("out/new", chunks("x"), { signal })).rejects.toMatchObject(refused);
    expect((await adapter.list("")).entries).toEqual([]);
    expect(readdirSync(outside)).toEqual(["secret"]);
    await adapter.close();
  });

  it("is an error where a folder cannot be read, also on removal", async () => {
    const { adapter, path } = await newSshStorage(sshd);
    await adapter.put("locked/file", chunks("x"), { signal });
    chmodSync(join(path, "locked"), 0o000);
    for (const look of [
      () => adapter.list("locked"),
      () => adapter.remove("locked"),
      () => adapter.sweep?.(0),
    ]) {
      await expect(look()).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
      await expect(look()).rejects.toThrow("denies the permission");
    }
    chmodSync(join(path, "locked"), 0o700);
    expect(readdirSync(join(path, "locked"))).toEqual(["file"]);
    await adapter.close();
  });

  it("lies below the home or at an absolute path, made private when new", async () => {
    const deep = await newSshStorage(sshd, { remote_path: "~/deep/er" });
    await deep.adapter.put("x", chunks("x"), { signal });
    const same = await newSshStorage(sshd, { remote_path: `${sshd.remoteHome}/deep/er/` });
    expect(await text(same.adapter.get("x", { signal }))).toBe("x");
    expect(execFileSync("stat", ["-c", "%a %u", join(sshd.home, "deep")], { encoding: "utf8" })).toBe(
      `700 ${UID}\n`,
    );
    await Promise.all([deep.adapter.close(), same.adapter.close()]);
  });

  it("sweeps only its own old leftovers", async () => {
    const { adapter, path } = await newSshStorage(sshd);
    await adapter.put("a/keep", chunks("x"), { signal });
    for (const name of [".dg-partial-old", ".dg-partial-new", "dg-partial-foreign", ".other"]) {
      writeFileSync(join(path, "a", name), "x");
      if (!name.endsWith("new")) utimesSync(join(path, "a", name), 1000, 1000);
    }
    expect(await adapter.sweep?.(3_600_000)).toBe(1);
    const left = [".dg-partial-new", ".other", "dg-partial-foreign", "keep"];
    expect(readdirSync(join(path, "a")).sort()).toEqual(left);
    await adapter.close();
  });
}

function hostKeys(): void {
  it("is learned once and refused when it changes, until the new one is accepted", async () => {
    const server = await started("rekeyed");
    const { adapter, config } = await newSshStorage(server);
    const before = server.fingerprint();
    expect(config.host_key).toBe(before);
    expect((await adapter.probe({ signal })).hostKey).toBe(before);
    await server.stop();
    server.replaceHostKey();
    await server.start();
    const refused = expect.objectContaining({ name: "StorageError", fault: "permanent" });
    const words = [before, server.fingerprint(), "host_key"];
    for (const attempt of [() => adapter.list(""), () => complete(config, true)]) {
      await expect(attempt()).rejects.toEqual(refused);
      for (const word of words) await expect(attempt()).rejects.toThrow(word);
    }
    const { host_key: _old, ...cleared } = config;
    const learned = await complete(cleared, false);
    expect(learned.host_key).toBe(server.fingerprint());
    const again = ssh.open(learned, { allowedRoots: [] });
    expect((await again.list("")).entries).toEqual([]);
    await Promise.all([adapter.close(), again.close(), server.stop()]);
  });

  it("may be any of the keys that the server holds", async () => {
    const keys = join(directory, "keys");
    mkdirSync(keys);
    for (const type of ["ecdsa", "rsa"])
      execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", join(keys, type)]);
    const server = await started("several", [`HostKey ${keys}/ecdsa`, `HostKey ${keys}/rsa`]);
    for (const type of ["ecdsa", "rsa"]) {
      const shown = execFileSync("ssh-keygen", ["-lf", join(keys, `${type}.pub`)], { encoding: "utf8" });
      const { adapter } = await newSshStorage(server, { host_key: shown.split(" ")[1] });
      expect((await adapter.probe({ signal })).ok).toBe(true);
      await adapter.close();
    }
    await server.stop();
  });

  it("must be known before anything is sent", async () => {
    const { config, adapter } = await newSshStorage(sshd);
    const { host_key: _pin, ...bare } = config;
    const unpinned = ssh.open(bare, { allowedRoots: [] });
    await expect(unpinned.list("")).rejects.toThrow("host key of 127.0.0.1 is not known");
    await adapter.close();
  });
}

function logins(): void {
  const fails = async (more: object, fault: string, words: RegExp | string) => {
    const attempt = newSshStorage(sshd, more);
    await expect(attempt).rejects.toBeInstanceOf(StorageError);
    await expect(attempt).rejects.toMatchObject({ fault });
    await expect(attempt).rejects.toThrow(words);
    expect(ssh.explain(await attempt.catch((error: unknown) => error))).toMatchObject({
      code: "STORAGE_UNREACHABLE",
    });
  };

  it("says what is wrong", async () => {
    await fails({ password: "wrong" }, "permanent", "refused the password of dg-sftp");
    await fails({ username: "nobody-here" }, "permanent", "refused the password of nobody-here");
    await fails({ port: 1 }, "transient", "refused the connection");
    await fails({ host: "no-such-host.invalid" }, "transient", /is unknown|could not be looked up/);
    const file = join(directory, "other-key");
    execFileSync("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", file]);
    const stranger = readFileSync(file, "utf8");
    await fails({ password: undefined, private_key: stranger }, "permanent", "refused the key of dg-sftp");
  });

  it("says when there is no SFTP, no such way in, or no SSH at all", async () => {
    const shell = await started("shell", ["ForceCommand /bin/false", "AuthenticationMethods publickey"]);
    const by = (key: string | undefined) =>
      newSshStorage(shell, key === undefined ? {} : { private_key: key });
    await expect(by(shell.key)).rejects.toThrow("offers no SFTP");
    await expect(by(undefined)).rejects.toThrow("does not let dg-sftp in by a password; it takes publickey");
    await shell.stop();
    const database = new URL(process.env.TEST_DATABASE_URL ?? "");
    await expect(newSshStorage(sshd, { port: Number(database.port) })).rejects.toMatchObject({
      name: "StorageError",
    });
  });
}

function withoutExtensions(): void {
  it("takes the password by questions, and cannot tell its space", async () => {
    const { adapter } = await newSshStorage(plain);
    expect(await adapter.probe({ signal })).toMatchObject({ ok: true, availableBytes: null });
    await adapter.close();
  });
}

function space(): void {
  it("says what is missing on a full disk", async () => {
    const disk = join(directory, "disk");
    mkdirSync(disk);
    // Its sshd is started after the mount: it sees it from its own namespace.
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=4m,uid=${UID}`, "tmpfs", disk], { stdio: "ignore" });
    const server = await started("full");
    try {
      const { adapter } = await newSshStorage(server, { remote_path: disk });
      const large = async function* () {
        for (let i = 0; i < 100; i += 1) yield Buffer.alloc(100_000, i);
      };
      const refused = adapter.put("large", large(), { signal });
      await expect(refused).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
      await expect(refused).rejects.toThrow(/No space left at .*disk.*bytes free.*needed/);
      expect(readdirSync(disk)).toEqual([".dg-storage"]);
      await adapter.put("small", chunks("fits"), { signal });
      writeFileSync(join(disk, "rest"), "");
      expect(() =>
        execFileSync("dd", ["if=/dev/zero", `of=${disk}/rest`, "bs=4k"], { stdio: "ignore" }),
      ).toThrow();
      const probe = await adapter.probe({ signal });
      expect(probe.steps).toMatchObject([{ step: "write", ok: false, reason: "full" }]);
      await adapter.close();
    } finally {
      await server.stop();
      execFileSync("umount", [disk]);
    }
  });
}
