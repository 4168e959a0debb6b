import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readZip } from "#e2e/servers/read-zip";
import { until } from "#e2e/servers/until";
import { type ZipEntry, zip, zipName } from "#lib/streams/zip";
import { endRecords, LARGE } from "#lib/streams/zip-format";

const modifiedAt = new Date("2026-02-03T04:05:06Z");

function entry(name: string, ...chunks: Uint8Array[]): ZipEntry {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return { name, modifiedAt, sizeBytes, open: async () => Readable.from(chunks) };
}

async function* each(...entries: ZipEntry[]): AsyncGenerator<ZipEntry> {
  yield* entries;
}

async function archive(...entries: ZipEntry[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of zip(each(...entries))) parts.push(part);
  return Buffer.concat(parts);
}

test("what goes in comes out, pressed or not, large, empty and with odd names", async () => {
  const noise = randomBytes(3_000_000);
  const zeros = Buffer.alloc(5_000_000);
  const bytes = await archive(
    entry("top/data.bin.zst", noise.subarray(0, 1_000_000), noise.subarray(1_000_000)),
    entry("top/zeros.txt", zeros.subarray(0, 10), zeros.subarray(10)),
    entry("top/empty"),
    { ...entry("top/gone"), open: async () => null },
    entry("top/ünïcödé 日本/it's.txt", Buffer.from("odd")),
  );
  const files = readZip(bytes);
  expect([...files.keys()]).toEqual([
    "top/data.bin.zst",
    "top/zeros.txt",
    "top/empty",
    "top/ünïcödé 日本/it's.txt",
  ]);
  expect(files.get("top/data.bin.zst")?.equals(noise)).toBe(true);
  expect(files.get("top/zeros.txt")?.equals(zeros)).toBe(true);
  expect(files.get("top/ünïcödé 日本/it's.txt")?.toString()).toBe("odd");
  expect(bytes.length).toBeGreaterThan(noise.length);
  expect(bytes.length).toBeLessThan(noise.length + 100_000);
  expect(readZip(await archive()).size).toBe(0);
});

test("many entries, and a size that may need eight bytes, take the wide records", async () => {
  const many = async function* () {
    for (let n = 0; n < 70_000; n += 1) yield entry(`f/${n}.gz`, Buffer.from([n & 0xff]));
  };
  let last: Uint8Array = Buffer.alloc(0);
  for await (const part of zip(many())) last = part;
  const end = Buffer.from(last);
  expect(end.readUInt32LE(0)).toBe(0x06064b50);
  expect(end.readBigUInt64LE(32)).toBe(70_000n);
  const wide = endRecords({ offset: LARGE + 5, length: 7, entries: 3 });
  expect([wide.readBigUInt64LE(48), wide.readBigUInt64LE(40)]).toEqual([BigInt(LARGE + 5), 7n]);
  const claimed = { ...entry("x.txt", Buffer.from("small after all")), sizeBytes: 5_000_000_000 };
  const bytes = await archive(claimed, entry("y"));
  expect(readZip(bytes).get("x.txt")?.toString()).toBe("small after all");
  expect(bytes.readUInt16LE(4)).toBe(45);
});

test("an entry that breaks breaks the archive off, and what was opened is closed", async () => {
  let closed = 0;
  const source = (name: string, breaks: boolean): ZipEntry => ({
    ...entry(name),
    open: async () =>
      (async function* () {
        try {
          for (let n = 0; n < 50; n += 1) {
            if (breaks && n === 20) throw new Error("the disk broke");
            yield randomBytes(100_000);
          }
        } finally {
          closed += 1;
        }
      })(),
  });
  const read = async (entries: AsyncIterable<ZipEntry>, enough: number) => {
    let seen = 0;
    for await (const chunk of zip(entries)) {
      seen += chunk.byteLength;
      if (seen > enough) return;
    }
  };
  for (const name of ["x.txt", "x.gz"]) {
    closed = 0;
    const all = Number.POSITIVE_INFINITY;
    await expect(read(each(source(name, false), source(name, true)), all)).rejects.toThrow("the disk broke");
    await until("both are closed", () => closed === 2);
    // The reader goes away in the middle of an entry, or with its header alone.
    await read(each(source(name, false), source(name, false)), 300_000);
    await until("the one that was read is closed", () => closed === 3);
    await read(each(source(name, false)), 1);
    await until("the next is closed too", () => closed === 4);
    const listing = async function* () {
      yield source(name, false);
      throw new Error("the listing broke");
    };
    await expect(read(listing(), all)).rejects.toThrow("the listing broke");
  }
});

test.each([
  ["a/b.txt", "a/b.txt"],
  ["../x", "__~m/x"],
  ["a/../../x", "a/__~m/__~m/x"],
  ["./x", "_~m/x"],
  ["a//b", "a/_~m/b"],
  ["a\\..\\b", "a_.._b~m"],
  ["C:evil", "C_evil~m"],
  ["line\nbreak\u001b[31m", "line_break_[31m~m"],
  ["txt.\u202Egnp.exe", "txt._gnp.exe~m"],
  ["...", "___~m"],
  [".hidden", ".hidden"],
])("the name %j is safe as %j", (name, safe) => {
  expect(zipName(name, () => "m")).toBe(safe);
});
