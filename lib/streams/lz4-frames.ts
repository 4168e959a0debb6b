import { uncompress } from "lz4-napi";
import { type ByteReader, FormatError } from "#lib/streams/byte-reader";

const MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** How far back a linked block may refer. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Unpacks all frames of an LZ4 file block by block, memory at most one block each way
 * (lz4_Frame_format.md 1.6.3). Independent and linked blocks; frames with a dictionary are refused. The
 * frame's own xxHash sums are not checked: the manifest's SHA-256 covers every byte.
 */
export async function* unpackLz4(reader: ByteReader): AsyncGenerator<Buffer> {
  while (!(await reader.atEnd())) {
    const magic = (await reader.read(4)).readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await reader.read((await reader.read(4)).readUInt32LE(0));
    } else if (magic === MAGIC) {
      yield* unpackFrame(reader);
    } else throw new FormatError("This is not LZ4 data, or it is damaged.");
  }
}

async function* unpackFrame(reader: ByteReader): AsyncGenerator<Buffer> {
  const head = await reader.read(2);
  const flags = head.readUInt8(0);
  const sizeCode = (head.readUInt8(1) >> 4) & 7;
  if (flags >> 6 !== 1 || sizeCode < 4) throw new FormatError("The LZ4 data is damaged.");
  if ((flags & 1) !== 0) throw new FormatError("LZ4 data that needs a dictionary cannot be read.");
  const blockBytes = 2 ** (8 + 2 * sizeCode);
  const linked = (flags & 0x20) === 0;
  const blockSum = (flags & 0x10) !== 0 ? 4 : 0;
  await reader.read(((flags & 8) !== 0 ? 8 : 0) + 1);
  let window = Buffer.alloc(0);
  for (;;) {
    const word = (await reader.read(4)).readUInt32LE(0);
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (size > blockBytes) throw new FormatError("The LZ4 data is damaged.");
    const packed = await reader.read(size);
    await reader.read(blockSum);
    const plain = word >= 0x80000000 ? packed : await unpackBlock(packed, blockBytes, linked ? window : null);
    if (linked) window = Buffer.concat([window, plain]).subarray(-WINDOW_BYTES);
    yield plain;
  }
  if ((flags & 4) !== 0) await reader.read(4);
}

/** The library wants the plain size in front; the block's maximum serves. */
async function unpackBlock(packed: Buffer, blockBytes: number, window: Buffer | null): Promise<Buffer> {
  const sized = Buffer.allocUnsafe(packed.length + 4);
  sized.writeUInt32LE(blockBytes, 0);
  packed.copy(sized, 4);
  try {
    return await (window === null || window.length === 0 ? uncompress(sized) : uncompress(sized, window));
  } catch (cause) {
    throw new FormatError(`The LZ4 data is damaged (${cause instanceof Error ? cause.message : "unknown"}).`);
  }
}
