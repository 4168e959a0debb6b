import { pipeline, Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";
import {
  dataDescriptor,
  directoryRecord,
  endRecords,
  LARGE,
  localHeader,
  type ZipHead,
} from "#lib/streams/zip-format";

export interface ZipEntry {
  /** With forward slashes. `zipName` makes one from a stranger's words. */
  readonly name: string;
  readonly modifiedAt: Date | null;
  /** What its bytes should come to: decides the width of the numbers behind them. */
  readonly sizeBytes: number;
  /** Called when its turn has come; null leaves the entry out. */
  open(): Promise<AsyncIterable<Uint8Array> | null>;
}

/** Names of what is compressed already: pressing it again would only cost time. */
const PRESSED =
  /\.(zst|gz|tgz|lz4|xz|bz2|br|7z|zip|rar|age|gpg|bacpac|jpe?g|png|webp|avif|gif|mp3|m4a|ogg|mp4|mkv|webm|docx|xlsx|pptx)(\.part-\d+)?$/i;
const LEVEL = 5;
/** The directory is kept in blocks: an object per entry would weigh many times its bytes. */
const BLOCK_BYTES = 256 * 1024;

/**
 * A ZIP archive of entries, one after the other, in flat memory but for some hundred bytes of directory per
 * entry. An error of an entry breaks the stream off: a reader never takes half an archive for a whole one.
 * Returning early closes the entry that is being read.
 */
export async function* zip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const directory = new Blocks();
  let offset = 0;
  let count = 0;
  for await (const entry of entries) {
    const bytes = await entry.open();
    if (!bytes) continue;
    for await (const chunk of entryBytes(entry, offset, bytes, (record) => directory.add(record))) {
      offset += chunk.byteLength;
      yield chunk;
    }
    count += 1;
  }
  yield* directory.blocks();
  yield endRecords({ offset, length: directory.length, entries: count });
}

async function* entryBytes(
  entry: ZipEntry,
  offset: number,
  bytes: AsyncIterable<Uint8Array>,
  onRecord: (record: Buffer) => void,
): AsyncGenerator<Uint8Array> {
  const head: ZipHead = {
    name: Buffer.from(entry.name),
    method: PRESSED.test(entry.name) ? "stored" : "deflated",
    modifiedAt: entry.modifiedAt ?? new Date(),
    offset,
    // What is hard to press can come out a little larger.
    large: entry.sizeBytes >= LARGE - entry.sizeBytes / 1000 - BLOCK_BYTES,
  };
  const tail = { crc: 0, pressedBytes: 0, sizeBytes: 0 };
  const counted = async function* () {
    for await (const chunk of bytes) {
      tail.crc = crc32(chunk, tail.crc);
      tail.sizeBytes += chunk.byteLength;
      yield chunk;
    }
  };
  // Inside the loop, so that a reader who leaves with the header closes what was opened for it.
  let header: Buffer | null = localHeader(head);
  for await (const chunk of head.method === "stored" ? counted() : deflated(counted())) {
    tail.pressedBytes += chunk.byteLength;
    if (header) yield header;
    header = null;
    yield chunk;
  }
  if (header) yield header;
  if (!head.large && Math.max(tail.sizeBytes, tail.pressedBytes) >= LARGE) {
    throw new Error(`${entry.name} grew beyond 4 GiB while it was read.`);
  }
  yield dataDescriptor(head, tail);
  onRecord(directoryRecord(head, tail));
}

function deflated(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const deflate = createDeflateRaw({ level: LEVEL });
  // An error reaches whoever reads the deflated bytes.
  pipeline(Readable.from(bytes, { objectMode: false }), deflate, () => undefined);
  return deflate;
}

/** Bytes that are added piece by piece. */
class Blocks {
  readonly #full: Buffer[] = [];
  #last = Buffer.alloc(BLOCK_BYTES);
  #used = 0;
  length = 0;

  add(piece: Buffer): void {
    if (this.#used + piece.length > this.#last.length) {
      this.#full.push(this.#last.subarray(0, this.#used));
      this.#last = Buffer.alloc(Math.max(BLOCK_BYTES, piece.length));
      this.#used = 0;
    }
    piece.copy(this.#last, this.#used);
    this.#used += piece.length;
    this.length += piece.length;
  }

  *blocks(): Generator<Buffer> {
    yield* this.#full;
    if (this.#used > 0) yield this.#last.subarray(0, this.#used);
  }
}

/**
 * A name that is safe to unpack anywhere: no part leads upwards or to a drive, none holds what a terminal or
 * another system reads as something else. A name that had to change gets `mark`, so that two never meet.
 */
export function zipName(path: string, mark: (part: string) => string): string {
  return path
    .split("/")
    .map((part) => {
      const plain = part.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\\:]/gu, "_");
      const safe = /^\.*$/.test(plain) ? plain.replaceAll(".", "_") || "_" : plain;
      return safe === part ? part : `${safe}~${mark(part)}`;
    })
    .join("/");
}
