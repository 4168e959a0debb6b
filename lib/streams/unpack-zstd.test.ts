import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress, mayBeLent } from "#lib/streams/decompress";

/** Yields the bytes out of one buffer that is overwritten as soon as the next piece is asked for. */
async function* lent(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(piece, 0, at, at + pieceBytes);
    yield piece.subarray(0, length);
    piece.fill(0xee);
  }
}

describe("zstd from lent pieces", () => {
  const plain = [randomBytes(300_000), Buffer.alloc(2_000_000, "x"), Buffer.alloc(0), randomBytes(5)];
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  // Larger than what is unpacked whole: this one goes through a stream.
  const large = Buffer.concat([randomBytes(1_000_000), Buffer.alloc(9_000_000, "y")]);
  const packed = [...plain.map((part) => zstdCompressSync(part)), skippable, zstdCompressSync(large)];

  it.each([1, 7, 4096, 65_536, 1_000_003])("reads what came in pieces of %i bytes", async (pieceBytes) => {
    expect(mayBeLent("zstd")).toBe(true);
    // Byte by byte the large frame would only take time.
    const few = pieceBytes < 4096 ? packed.slice(1, -1) : packed;
    const expected = Buffer.concat(pieceBytes < 4096 ? plain.slice(1) : [...plain, large]);
    const found = await buffer(decompress(lent(Buffer.concat(few), pieceBytes), "zstd"));
    expect(found.equals(expected)).toBe(true);
  });
});
