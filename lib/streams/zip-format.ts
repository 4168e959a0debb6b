/** The records of a ZIP archive, after PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5. Numbers are little-endian. */

export type ZipMethod = "stored" | "deflated";

/** Of one entry, before its bytes. */
export interface ZipHead {
  readonly name: Buffer;
  readonly method: ZipMethod;
  readonly modifiedAt: Date;
  /** Where its local header begins. */
  readonly offset: number;
  /** Sizes take eight bytes: must be said before the first byte. */
  readonly large: boolean;
}

/** Of one entry, after its bytes. */
export interface ZipTail {
  readonly crc: number;
  readonly pressedBytes: number;
  readonly sizeBytes: number;
}

/** From this on a number does not fit its four bytes. */
export const LARGE = 0xffffffff;
const MANY = 0xffff;

/** Bit 3: sizes and checksum follow the bytes; bit 11: names are UTF-8. */
const FLAGS = 0x0808;
const METHODS: Record<ZipMethod, number> = { stored: 0, deflated: 8 };
/** Of the format: with ZIP64, and without. */
const VERSION_LARGE = 45;
const VERSION = 20;
const MADE_BY_UNIX = 3 << 8;
/** A plain file that only its owner may read and write. */
const FILE_MODE = 0o100600 * 0x10000;

const u16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Stands before an entry's bytes. */
export function localHeader(head: ZipHead): Buffer {
  const size = head.large ? LARGE : 0;
  const extra = Buffer.concat([...(head.large ? [extraField(1, u64(0), u64(0))] : []), unixTime(head)]);
  return Buffer.concat([
    u32(0x04034b50),
    u16(head.large ? VERSION_LARGE : VERSION),
    u16(FLAGS),
    u16(METHODS[head.method]),
    dosTime(head.modifiedAt),
    u32(0),
    u32(size),
    u32(size),
    u16(head.name.length),
    u16(extra.length),
    head.name,
    extra,
  ]);
}

/** Stands behind an entry's bytes. */
export function dataDescriptor(head: ZipHead, tail: ZipTail): Buffer {
  const size = head.large ? u64 : u32;
  return Buffer.concat([u32(0x08074b50), u32(tail.crc), size(tail.pressedBytes), size(tail.sizeBytes)]);
}

/** The entry's line in the directory at the archive's end. */
export function directoryRecord(head: ZipHead, tail: ZipTail): Buffer {
  const numbers = [tail.sizeBytes, tail.pressedBytes, head.offset];
  const tooLarge = numbers.filter((number) => number >= LARGE);
  const short = (number: number) => u32(Math.min(number, LARGE));
  const extra = Buffer.concat([
    ...(tooLarge.length > 0 ? [extraField(1, ...tooLarge.map(u64))] : []),
    unixTime(head),
  ]);
  const version = head.large || tooLarge.length > 0 ? VERSION_LARGE : VERSION;
  return Buffer.concat([
    u32(0x02014b50),
    u16(MADE_BY_UNIX | version),
    u16(version),
    u16(FLAGS),
    u16(METHODS[head.method]),
    dosTime(head.modifiedAt),
    u32(tail.crc),
    short(tail.pressedBytes),
    short(tail.sizeBytes),
    u16(head.name.length),
    u16(extra.length),
    Buffer.alloc(6),
    u32(FILE_MODE),
    short(head.offset),
    head.name,
    extra,
  ]);
}

/** The very end: where the directory begins, its length, and how many entries it has. */
export function endRecords(directory: { offset: number; length: number; entries: number }): Buffer {
  const { offset, length, entries } = directory;
  const end = Buffer.concat([
    u32(0x06054b50),
    u32(0),
    u16(Math.min(entries, MANY)),
    u16(Math.min(entries, MANY)),
    u32(Math.min(length, LARGE)),
    u32(Math.min(offset, LARGE)),
    u16(0),
  ]);
  if (entries < MANY && length < LARGE && offset < LARGE) return end;
  const large = [
    [u32(0x06064b50), u64(44), u16(MADE_BY_UNIX | VERSION_LARGE), u16(VERSION_LARGE), u32(0), u32(0)],
    [u64(entries), u64(entries), u64(length), u64(offset)],
    [u32(0x07064b50), u32(0), u64(offset + length), u32(1)],
  ];
  return Buffer.concat([...large.flat(), end]);
}

function extraField(id: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([u16(id), u16(bytes.length), bytes]);
}

/** Info-ZIP's "UT": seconds since 1970, which know no time zone, unlike the four bytes of old. */
function unixTime({ modifiedAt }: ZipHead): Buffer {
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  if (seconds < 0 || seconds > 0x7fffffff) return Buffer.alloc(0);
  return extraField(0x5455, Buffer.from([1]), u32(seconds));
}

/** Two seconds fine, from 1980 to 2107, here in UTC. */
function dosTime(date: Date): Buffer {
  const year = Math.min(127, Math.max(0, date.getUTCFullYear() - 1980));
  const day = (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return Buffer.concat([u16(time), u16(day)]);
}
