import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StorageAdapter, type StorageEntry, StorageError } from "#lib/storage/types";

/** What the suite needs of a real storage. */
export interface StorageUnderTest {
  readonly adapter: StorageAdapter;
  /** Everything that lies there, also what listings hide; to see that nothing is left behind. */
  readonly everything: () => Promise<string[]>;
  readonly dispose: () => Promise<void>;
}

const signal = new AbortController().signal;

async function* chunks(...items: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield typeof item === "string" ? Buffer.from(item) : item;
}

async function text(source: Promise<AsyncIterable<Uint8Array>>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of await source) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function listAll(adapter: StorageAdapter, path: string, limit: number): Promise<StorageEntry[]> {
  const entries: StorageEntry[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await adapter.list(path, { limit, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    entries.push(...page.entries);
    cursor = page.cursor;
  }
  return entries;
}

const ODD_NAMES = [
  "with space",
  "ünïcödé-日本",
  "a'b\"c",
  "semi;colon&amp",
  "%2e%2e%2f",
  "-rf",
  "$(id)",
  "#hash?q=1",
  "*",
];
const BAD_PATHS = [
  "",
  "/etc/passwd",
  "../up",
  "a/../../up",
  "a/..",
  "./a",
  "a//b",
  "a/",
  "a\\..\\b",
  "a\0b",
  "a\nb",
  ".dg-partial-x",
  "x".repeat(300),
];

/**
 * The conformance suite that every storage adapter passes against the real thing. `make` gives a fresh, empty
 * storage each time.
 */
export function storageContract(name: string, make: () => Promise<StorageUnderTest>): void {
  describe(`storage contract: ${name}`, () => {
    let under: StorageUnderTest;
    let adapter: StorageAdapter;
    beforeEach(async () => {
      under = await make();
      adapter = under.adapter;
    });
    afterEach(async () => {
      await adapter.close();
      await under.dispose();
    });
    describe("writing", () => writing(() => under));
    describe("reading", () => reading(() => adapter));
    describe("listing and removing", () => listing(() => adapter));
    describe("refusing", () => refusing(() => under));
  });
}

function writing(under: () => StorageUnderTest): void {
  it("gives back what was put, empty and large", async () => {
    const { adapter } = under();
    expect(await adapter.put("empty", chunks(), { signal })).toMatchObject({ sizeBytes: 0 });
    expect(await text(adapter.get("empty", { signal }))).toBe("");
    const big = randomBytes(20_000_000);
    const pieces = Array.from({ length: 20 }, (_, i) => big.subarray(i * 1_000_000, (i + 1) * 1_000_000));
    // A chunk is lent until the next one is asked for: an adapter that keeps it longer stores rubbish.
    const lent = async function* () {
      for (const piece of pieces) {
        const copy = Buffer.from(piece);
        yield copy;
        copy.fill(0);
      }
    };
    expect(await adapter.put("a/b/big", lent(), { signal })).toMatchObject({ sizeBytes: big.length });
    const hash = createHash("sha256");
    for await (const part of await adapter.get("a/b/big", { signal })) hash.update(part);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(big).digest("hex"));
  });

  it("shows nothing until all is there, and nothing after a source that breaks", async () => {
    const { adapter, everything } = under();
    const before = await everything();
    const breaks = async function* () {
      yield Buffer.from("half");
      await expect(adapter.stat("dir/file")).rejects.toMatchObject({ fault: "not-found" });
      throw new Error("source broke");
    };
    await expect(adapter.put("dir/file", breaks(), { signal })).rejects.toThrow("source broke");
    await expect(adapter.stat("dir/file")).rejects.toMatchObject({ fault: "not-found" });
    expect(await everything()).toEqual(before);
  });

  it("leaves nothing after an abort", async () => {
    const { adapter, everything } = under();
    const before = await everything();
    const abort = new AbortController();
    const endless = async function* () {
      for (let i = 0; ; i += 1) {
        if (i === 5) abort.abort(new Error("stop it"));
        yield Buffer.alloc(100_000);
      }
    };
    await expect(adapter.put("aborted", endless(), { signal: abort.signal })).rejects.toThrow("stop it");
    expect(await everything()).toEqual(before);
  });

  it("overwrites only when told", async () => {
    const { adapter } = under();
    await adapter.put("once", chunks("first"), { signal });
    await expect(adapter.put("once", chunks("second"), { signal })).rejects.toMatchObject({
      fault: "permanent",
    });
    expect(await text(adapter.get("once", { signal }))).toBe("first");
    await adapter.put("once", chunks("second"), { signal, overwrite: true });
    expect(await text(adapter.get("once", { signal }))).toBe("second");
  });

  it("keeps many puts at once apart, and lets one of a kind win", async () => {
    const { adapter } = under();
    const names = Array.from({ length: 20 }, (_, i) => `many/${i % 4}/file-${i}`);
    await Promise.all(names.map((path) => adapter.put(path, chunks(path), { signal })));
    for (const path of names) expect(await text(adapter.get(path, { signal }))).toBe(path);
    const rivals = await Promise.allSettled(
      ["a", "b", "c", "d"].map((who) => adapter.put("rival", chunks(who), { signal })),
    );
    expect(rivals.filter((rival) => rival.status === "fulfilled")).toHaveLength(1);
  });

  it("copies within itself, without overwriting", async () => {
    const { adapter } = under();
    await adapter.put("from", chunks("content"), { signal });
    await adapter.copy("from", "to/there", { signal });
    expect(await text(adapter.get("to/there", { signal }))).toBe("content");
    await expect(adapter.copy("from", "to/there", { signal })).rejects.toMatchObject({ fault: "permanent" });
    await expect(adapter.copy("absent", "x", { signal })).rejects.toMatchObject({ fault: "not-found" });
  });
}

function reading(storage: () => StorageAdapter): void {
  it.each([
    [{}, "0123456789"],
    [{ start: 3 }, "3456789"],
    [{ start: 3, end: 5 }, "345"],
    [{ start: 0, end: 0 }, "0"],
    [{ start: 9, end: 100 }, "9"],
    [{ end: 2 }, "012"],
  ])("range %o", async (range, expected) => {
    await storage().put("digits", chunks("01234", "56789"), { signal });
    expect(await text(storage().get("digits", { signal, ...range }))).toBe(expected);
  });

  it("tells size and time, and what is not there", async () => {
    await storage().put("x/file", chunks("12345"), { signal });
    const info = await storage().stat("x/file");
    expect([info.path, info.sizeBytes, info.modifiedAt instanceof Date]).toEqual(["x/file", 5, true]);
    for (const path of ["absent", "x/absent", "x"]) {
      await expect(storage().stat(path)).rejects.toBeInstanceOf(StorageError);
      await expect(storage().stat(path)).rejects.toMatchObject({ fault: "not-found" });
      await expect(storage().get(path, { signal })).rejects.toMatchObject({ fault: "not-found" });
    }
  });

  it("stops when told", async () => {
    await storage().put("long", chunks(Buffer.alloc(8_000_000)), { signal });
    const abort = new AbortController();
    const source = await storage().get("long", { signal: abort.signal });
    const read = async () => {
      for await (const _ of source) abort.abort(new Error("enough read"));
    };
    await expect(read()).rejects.toThrow("enough read");
  });

  it("passes its own probe and leaves nothing of it", async () => {
    const report = await storage().probe({ signal });
    expect(report.ok).toBe(true);
    expect(report.steps.map((step) => step.step)).toEqual(["write", "read", "list", "rename", "delete"]);
    expect((await storage().list("")).entries).toEqual([]);
  });
}

function listing(storage: () => StorageAdapter): void {
  it("lists direct children, folders first, in name order, in pages", async () => {
    const adapter = storage();
    for (const path of ["b", "a", "z/inner/deep", "c/x", "10", "9"])
      await adapter.put(path, chunks(path), { signal });
    for (const limit of [1, 2, 1000]) {
      const entries = await listAll(adapter, "", limit);
      expect(entries.map((entry) => `${entry.kind}:${entry.path}`)).toEqual([
        "folder:c",
        "folder:z",
        "file:10",
        "file:9",
        "file:a",
        "file:b",
      ]);
    }
    const inner = await adapter.list("z");
    expect(inner.entries).toMatchObject([{ path: "z/inner", kind: "folder", sizeBytes: null }]);
    expect((await adapter.list("c")).entries).toMatchObject([{ path: "c/x", kind: "file", sizeBytes: 3 }]);
  });

  it("is empty when new, and an error for a folder that is not there", async () => {
    expect(await storage().list("")).toEqual({ entries: [], cursor: null });
    await expect(storage().list("absent")).rejects.toMatchObject({ fault: "not-found" });
  });

  it.each(ODD_NAMES)("takes the name %s", async (name) => {
    const adapter = storage();
    await adapter.put(`${name}/${name}`, chunks("odd"), { signal });
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual([name]);
    expect((await adapter.list(name)).entries.map((entry) => entry.path)).toEqual([`${name}/${name}`]);
    expect(await text(adapter.get(`${name}/${name}`, { signal }))).toBe("odd");
    await adapter.remove(name);
    expect((await adapter.list("")).entries).toEqual([]);
  });

  it("removes files, folders, and what is not there", async () => {
    const adapter = storage();
    for (const path of ["d/1", "d/e/2", "keep/3"]) await adapter.put(path, chunks("x"), { signal });
    await adapter.remove("d/1");
    await adapter.remove("d");
    await adapter.remove("d");
    await adapter.remove("never/was");
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual(["keep"]);
    await adapter.remove("keep/3");
    expect((await adapter.list("")).entries).toEqual([]);
  });
}

function refusing(under: () => StorageUnderTest): void {
  it.each(BAD_PATHS)("the path %j", async (path) => {
    const { adapter, everything } = under();
    const before = await everything();
    const refused = { code: "INVALID_STORAGE_PATH" };
    await expect(adapter.put(path, chunks("x"), { signal })).rejects.toMatchObject(refused);
    await expect(adapter.get(path, { signal })).rejects.toMatchObject(refused);
    await expect(adapter.stat(path)).rejects.toMatchObject(refused);
    await expect(adapter.remove(path)).rejects.toMatchObject(refused);
    if (path !== "") await expect(adapter.list(path)).rejects.toMatchObject(refused);
    expect(await everything()).toEqual(before);
  });
}
