import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { storageContract } from "#lib/storage/contract";
import { faulty } from "#lib/storage/faulty";
import { local } from "#lib/storage/local";
import { driverFor } from "#lib/storage/registry";
import { withRetry } from "#lib/storage/with-retry";

const signal = new AbortController().signal;
const made: string[] = [];

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "dg-local-")));
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

const open = (path: string, root = path, more: object = {}) =>
  local.open({ path, ...more }, { allowedRoots: [root], isNew: true });

const everything = (path: string) => async () => readdirSync(path, { recursive: true }).map(String).sort();

async function* chunks(...items: string[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield Buffer.from(item);
}

storageContract("local", async () => {
  const path = folder();
  const dispose = async () => rmSync(path, { recursive: true, force: true });
  return { adapter: open(path), everything: everything(path), dispose };
});

storageContract("local with retry", async () => {
  const path = folder();
  const dispose = async () => rmSync(path, { recursive: true, force: true });
  return { adapter: withRetry(open(path)), everything: everything(path), dispose };
});

describe("where a local storage may lie", () => {
  it("refuses what is outside the roots, by its real path", () => {
    const root = folder();
    const other = folder();
    symlinkSync(other, join(root, "link"));
    mkdirSync(`${root}-sibling`);
    made.push(`${root}-sibling`);
    for (const path of [
      other,
      join(root, "link"),
      join(root, "link", "new"),
      `${root}-sibling`,
      "/etc",
      "/",
    ]) {
      const attempt = () => local.open({ path }, { allowedRoots: [root], isNew: true });
      expect(attempt).toThrow(expect.objectContaining({ code: "STORAGE_LOCAL_PATH_OUTSIDE_MOUNT" }));
    }
    expect(existsSync(join(other, "new"))).toBe(false);
    open(join(root, "deep", "new"), root);
    expect(lstatSync(join(root, "deep")).mode & 0o777).toBe(0o700);
  });

  it("takes a missing or swapped folder for an error, never for an empty storage", async () => {
    const root = folder();
    const path = join(root, "disk");
    const adapter = open(path, root);
    expect((await adapter.list("")).entries).toEqual([]);
    rmSync(path, { recursive: true });
    await expect(adapter.list("")).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
    mkdirSync(path);
    await expect(adapter.list("")).rejects.toThrow("not mounted");
    await expect(adapter.put("x", chunks("x"), { signal })).rejects.toThrow("not mounted");
    expect((await adapter.probe({ signal })).ok).toBe(false);
    expect(readdirSync(path)).toEqual([]);
  });

  it("follows no symbolic link", async () => {
    const root = folder();
    const outside = folder();
    writeFileSync(join(outside, "secret"), "secret");
    const adapter = open(root);
    symlinkSync(outside, join(root, "out"));
    symlinkSync(join(outside, "secret"), join(root, "file"));
    for (const path of ["out/secret", "file"]) {
      await expect(adapter.get(path, { signal })).rejects.toMatchObject({ code: "INVALID_STORAGE_PATH" });
      await expect(adapter.remove(path)).rejects.toMatchObject({ code: "INVALID_STORAGE_PATH" });
    }
    await expect(adapter.put("out/new", chunks("x"), { signal })).rejects.toMatchObject({
      code: "INVALID_STORAGE_PATH",
    });
    expect((await adapter.list("")).entries).toEqual([]);
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  it("does not open a pipe", async () => {
    const root = folder();
    const adapter = open(root);
    execFileSync("mkfifo", [join(root, "pipe")]);
    await expect(adapter.get("pipe", { signal })).rejects.toMatchObject({ fault: "not-found" });
  });
});

describe("how a local storage writes", () => {
  it("makes private files and folders", async () => {
    const root = folder();
    await open(root).put("a/b/c", chunks("x"), { signal });
    expect(lstatSync(join(root, "a")).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(root, "a/b/c")).mode & 0o777).toBe(0o600);
  });

  it("keeps to its own size limit", async () => {
    const root = folder();
    const adapter = open(root, root, { max_size_gb: 1000 / 1024 ** 3 });
    await adapter.put("a", chunks("x".repeat(600)), { signal });
    await expect(adapter.put("b", chunks("x".repeat(600)), { signal })).rejects.toMatchObject({
      fault: "permanent",
    });
    await adapter.put("c", chunks("x".repeat(100)), { signal });
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual(["a", "c"]);
  });

  it("sweeps only its own old leftovers", async () => {
    const root = folder();
    const adapter = open(root);
    await adapter.put("a/keep", chunks("x"), { signal });
    for (const name of [".dg-partial-old", ".dg-partial-new", "dg-partial-foreign", ".other"]) {
      writeFileSync(join(root, "a", name), "x");
      if (!name.endsWith("new")) utimesSync(join(root, "a", name), 1000, 1000);
    }
    expect(await adapter.sweep?.(3_600_000)).toBe(1);
    expect(readdirSync(join(root, "a")).sort()).toEqual([
      ".dg-partial-new",
      ".other",
      "dg-partial-foreign",
      "keep",
    ]);
  });

  it.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "says what is missing on a full disk",
    async () => {
      const root = folder();
      const disk = join(root, "disk");
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], { stdio: "ignore" });
      try {
        const adapter = open(disk, root);
        const large = async function* () {
          for (let i = 0; i < 100; i += 1) yield Buffer.alloc(100_000, i);
        };
        const refused = adapter.put("large", large(), { signal });
        await expect(refused).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
        await expect(refused).rejects.toThrow(/No space left at .*disk.*bytes free.*needed/);
        expect(readdirSync(disk)).toEqual([".dg-storage"]);
        await adapter.put("small", chunks("fits"), { signal });
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );
});

describe("config and registry", () => {
  it.each(["relative", "", "/a/../b", "/a\0b", "/a\nb"])("refuses the path %j", (path) => {
    expect(local.config.safeParse({ path }).success).toBe(false);
  });

  it("knows no other field and no other type", () => {
    expect(local.config.safeParse({ path: "/x", extra: 1 }).success).toBe(false);
    expect(driverFor("local").label).toBe("Local folder");
    expect(() => driverFor("floppy")).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
  });
});

describe("withRetry", () => {
  const pauses: number[] = [];
  const policy = {
    attempts: 4,
    pauseMs: 100,
    maxPauseMs: 150,
    wait: async (ms: number) => void pauses.push(ms),
  };
  const read = async (source: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const part of source) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  it("goes on reading where it broke off", async () => {
    const adapter = open(folder());
    await adapter.put("x", chunks("0123456789"), { signal });
    const flaky = withRetry(faulty(adapter, { getBreaksAt: 4, times: 2 }), policy);
    expect(await read(await flaky.get("x", { signal }))).toBe("0123456789");
    expect(pauses.splice(0).every((ms) => ms >= 50 && ms <= 150)).toBe(true);
  });

  it("gives up after its attempts, and at once on what is permanent", async () => {
    const adapter = open(folder());
    await adapter.put("x", chunks("0123456789"), { signal });
    const dead = withRetry(faulty(adapter, { getBreaksAt: 0 }), policy);
    await expect(dead.get("x", { signal }).then(read)).rejects.toMatchObject({ fault: "transient" });
    expect(pauses.splice(0)).toHaveLength(3);
    const gone = withRetry(faulty(adapter, { getBreaksAt: 0, fault: "permanent" }), policy);
    await expect(gone.get("x", { signal }).then(read)).rejects.toMatchObject({ fault: "permanent" });
    expect(pauses).toEqual([]);
  });

  it("does not repeat a put whose bytes are spent", async () => {
    const adapter = open(folder());
    const flaky = withRetry(faulty(adapter, { putBreaksAt: 2, times: 1 }), policy);
    await expect(flaky.put("x", chunks("01", "23"), { signal })).rejects.toMatchObject({
      fault: "transient",
    });
    expect(pauses).toEqual([]);
    expect((await adapter.list("")).entries).toEqual([]);
  });
});
