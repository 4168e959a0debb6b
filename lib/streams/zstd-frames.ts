import { type ByteReader, FormatError } from "#lib/streams/byte-reader";

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

/**
 * The frames of a zstd file, one iterable of pieces per frame (RFC 8878, section 3.1). They are cut here
 * because the runtime's decompressor stops after the first frame without a word, and takes a cut-off frame
 * for a whole one. Each frame must be read to its end before the next.
 */
export async function* zstdFrames(reader: ByteReader): AsyncGenerator<AsyncIterable<Buffer>> {
  while (!(await reader.atEnd())) {
    const magic = await reader.read(4);
    const value = magic.readUInt32LE(0);
    if ((value & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await skip(reader, (await reader.read(4)).readUInt32LE(0));
    } else if (value === MAGIC) {
      yield frame(reader, magic);
    } else throw new FormatError("This is not zstd data, or it is damaged.");
  }
}

async function skip(reader: ByteReader, count: number): Promise<void> {
  let left = count;
  while (left > 0) left -= (await reader.readSome(left)).length;
}

async function* frame(reader: ByteReader, magic: Buffer): AsyncGenerator<Buffer> {
  const descriptor = await reader.read(1);
  const flags = descriptor.readUInt8(0);
  const singleSegment = (flags & 0x20) !== 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const rest = await reader.read((singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
  yield Buffer.concat([magic, descriptor, rest]);
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
  if ((flags & 4) !== 0) yield await reader.read(4);
}
