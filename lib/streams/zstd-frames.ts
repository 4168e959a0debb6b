import { type ByteReader, FormatError } from "#lib/streams/byte-reader";

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

export interface ZstdFrame {
  /** What it unpacks to in bytes, where its header says so. */
  readonly contentBytes: number | null;
  /** The packed frame; to be read to its end before the next one. A piece is lent until the next is asked for. */
  readonly pieces: AsyncIterable<Buffer>;
}

/**
 * The frames of a zstd file (RFC 8878, section 3.1). They are cut here because the runtime's decompressor
 * stops after the first frame without a word, and takes a cut-off frame for a whole one.
 */
export async function* zstdFrames(reader: ByteReader): AsyncGenerator<ZstdFrame> {
  while (!(await reader.atEnd())) {
    const magic = Buffer.from(await reader.read(4));
    const value = magic.readUInt32LE(0);
    if ((value & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await skip(reader, (await reader.read(4)).readUInt32LE(0));
    } else if (value === MAGIC) {
      const header = await readHeader(reader);
      const head = Buffer.concat([magic, header.bytes]);
      yield { contentBytes: header.contentBytes, pieces: piecesOf(reader, head, header.hasChecksum) };
    } else throw new FormatError("This is not zstd data, or it is damaged.");
  }
}

async function skip(reader: ByteReader, count: number): Promise<void> {
  let left = count;
  while (left > 0) left -= (await reader.readSome(left)).length;
}

async function readHeader(reader: ByteReader) {
  const flags = (await reader.read(1)).readUInt8(0);
  const singleSegment = (flags & 0x20) !== 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const before = (singleSegment ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0);
  const rest = await reader.read(before + sizeBytes);
  return {
    bytes: Buffer.concat([Buffer.of(flags), rest]),
    contentBytes: contentBytesOf(rest.subarray(before)),
    hasChecksum: (flags & 4) !== 0,
  };
}

/** RFC 8878, section 3.1.1.1.4: little-endian, and with two bytes 256 more than it says. */
function contentBytesOf(field: Buffer): number | null {
  if (field.length === 0) return null;
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

async function* piecesOf(reader: ByteReader, head: Buffer, hasChecksum: boolean): AsyncGenerator<Buffer> {
  yield head;
  for (let last = false; !last; ) {
    const header = await reader.read(3);
    const word = header.readUIntLE(0, 3);
    last = (word & 1) === 1;
    const type = (word >> 1) & 3;
    if (type === 3) throw new FormatError("The zstd data is damaged.");
    yield header;
    for (let left = type === 1 ? 1 : word >> 3; left > 0; ) {
      const piece = await reader.readSome(left);
      left -= piece.length;
      yield piece;
    }
  }
  if (hasChecksum) yield await reader.read(4);
}
