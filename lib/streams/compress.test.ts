import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { COMPRESSIONS } from "#lib/core/backup-options";
import { FormatError } from "#lib/streams/byte-reader";
import { COMPRESSION_SUFFIX, compress } from "#lib/streams/compress";
import { decompress } from "#lib/streams/decompress";

const directory = mkdtempSync(join(tmpdir(), "dg-compress-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const text = Buffer.from("select the quick brown fox, line by line; ".repeat(40_000));
const blocks = [text, randomBytes(300_000), Buffer.alloc(1_000_000), Buffer.from("x")];
const plain = Buffer.concat(blocks);

async function* pieces(buffer: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

async function* given(items: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* items;
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

const tools = { gzip: "gzip", zstd: "zstd", lz4: "lz4" } as const;
const packed = (kind: (typeof COMPRESSIONS)[number], level = 3) =>
  joined(compress(given(blocks), { compression: kind, level }));

describe.each(COMPRESSIONS)("compress and decompress: %s", (compression) => {
  it("gives back the same bytes however the input is cut", async () => {
    const bytes = await packed(compression);
    for (const size of [7, 4096, bytes.length]) {
      const source = size === 7 ? bytes : bytes;
      const cut = pieces(source, size === 7 ? 977 : size);
      expect((await joined(decompress(cut, compression))).equals(plain)).toBe(true);
    }
  });

  it("releases every block", async () => {
    const released: number[] = [];
    const release = (block: Buffer) => released.push(block.length);
    await joined(compress(given(blocks), { compression, level: 3, release }));
    expect(released.toSorted()).toEqual(blocks.map((block) => block.length).toSorted());
  });

  it("keeps an empty input empty", async () => {
    const bytes = await joined(compress(given([]), { compression, level: 3 }));
    expect(await joined(decompress(given([bytes]), compression))).toHaveLength(0);
  });

  it("passes on the error of its source", async () => {
    const broken = async function* () {
      yield text;
      throw new Error("the source broke");
    };
    await expect(joined(compress(broken(), { compression, level: 3 }))).rejects.toThrow("the source broke");
  });
});

describe.each(["gzip", "zstd", "lz4"] as const)("standard tools: %s", (compression) => {
  const tool = tools[compression];
  const file = join(directory, `a${COMPRESSION_SUFFIX[compression]}`);

  it("accept what we write", async () => {
    writeFileSync(file, await packed(compression));
    execFileSync(tool, ["-t", "-q", file]);
    expect(execFileSync(tool, ["-dc", file], { maxBuffer: 1 << 28 }).equals(plain)).toBe(true);
  });

  it.each([["-1"], ...(compression === "lz4" ? [["-BD"], ["-B4"]] : [["-9"]])])(
    "write with %s what we read",
    async (flag) => {
      const source = join(directory, "plain");
      writeFileSync(source, plain);
      const bytes = execFileSync(tool, [flag, "-c", "-q", source], { maxBuffer: 1 << 28 });
      expect((await joined(decompress(pieces(bytes, 65_536), compression))).equals(plain)).toBe(true);
      const twice = Buffer.concat([bytes, bytes]);
      expect(await joined(decompress(pieces(twice, 10_007), compression))).toHaveLength(plain.length * 2);
    },
  );

  it("cut off or followed by rubbish they are refused", async () => {
    const bytes = await packed(compression);
    for (const bad of [
      bytes.subarray(0, -3),
      bytes.subarray(0, bytes.length / 2),
      Buffer.concat([bytes, Buffer.from("rubbish")]),
    ]) {
      await expect(joined(decompress(given([bad]), compression))).rejects.toBeInstanceOf(FormatError);
    }
  });
});

it("the file read back is the file written", () => {
  expect(readFileSync(join(directory, "plain")).equals(plain)).toBe(true);
});
