import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { S3Place } from "#lib/storage/family-s3/place";
import { untilAbort } from "#lib/streams/until-abort";

/** One part of an object, in a buffer that is lent until `PartBuffers.release`. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** There is no other: the source ended before the first part was full. */
  readonly isWhole: boolean;
}

/** A few large buffers that go round; one that is too small for the next part is let go. */
export class PartBuffers {
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  #out = 0;
  #wake: (() => void) | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits while `limit` buffers are out. */
  async take(size: number): Promise<Buffer> {
    while (this.#out >= this.#limit) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#out += 1;
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop()) {
      if (free.length >= size) return free.subarray(0, size);
    }
    return Buffer.allocUnsafeSlow(size);
  }

  release(view: Buffer): void {
    this.#out -= 1;
    this.#free.push(Buffer.from(view.buffer as ArrayBuffer));
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** Copies the source, whose chunks are only lent, into parts of `sizeOf(number)` bytes. */
export async function* fillParts(
  source: AsyncIterable<Uint8Array>,
  buffers: PartBuffers,
  sizeOf: (number: number) => number,
): AsyncGenerator<Part> {
  let number = 1;
  let buffer: Buffer | null = null;
  let used = 0;
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.byteLength; ) {
      buffer ??= await buffers.take(sizeOf(number));
      const piece = chunk.subarray(offset, offset + buffer.length - used);
      buffer.set(piece, used);
      used += piece.byteLength;
      offset += piece.byteLength;
      if (used < buffer.length) continue;
      const bytes = buffer;
      buffer = null;
      used = 0;
      yield { number, bytes, isWhole: false };
      number += 1;
    }
  }
  if (buffer !== null) yield { number, bytes: buffer.subarray(0, used), isWhole: number === 1 };
  else if (number === 1) yield { number, bytes: await buffers.take(0), isWhole: true };
}

/**
 * The source until the signal says no. An abort does not wait for a source that hangs: it is told to end, and
 * what it then does is its own affair.
 */
export async function* endable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await untilAbort(iterator.next(), signal);
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    ended = !signal.aborted;
    throw error;
  } finally {
    const ending = ended ? undefined : iterator.return?.();
    if (signal.aborted) ending?.catch(() => undefined);
    else await ending;
  }
}

/** The checksum by which the service checks the bytes on arrival, as a member of the request. */
export function checksumOf(
  place: Pick<S3Place, "checksum">,
  bytes: Uint8Array,
): { ChecksumCRC32: string } | { ContentMD5: string } {
  if (place.checksum === "md5") return { ContentMD5: createHash("md5").update(bytes).digest("base64") };
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return { ChecksumCRC32: sum.toString("base64") };
}
