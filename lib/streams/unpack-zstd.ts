import { availableParallelism } from "node:os";
import { createZstdDecompress, zstdDecompress } from "node:zlib";
import { type ByteReader, FormatError } from "#lib/streams/byte-reader";
import { soleView } from "#lib/streams/frames";
import { mapOrdered } from "#lib/streams/ordered";
import { copies, OUTPUT_CHUNK_BYTES, through } from "#lib/streams/through";
import { zstdFrames } from "#lib/streams/zstd-frames";

/** Frames up to this size, such as ours, are unpacked whole and several at once; larger ones as a stream. */
const WHOLE_BYTES = 8 * 1024 * 1024;
/** Room for most packed frames of ours. */
const FIRST_PACKED_BYTES = 2 * 1024 * 1024;

type Job = { packed: Packed; contentBytes: number } | { plain: Buffer };

/** Unpacks all frames of a zstd file, in order, in flat memory. Copies what it keeps of what it reads. */
export async function* unpackZstd(reader: ByteReader): AsyncGenerator<Buffer> {
  const idle: Packed[] = [];
  const unpacked = mapOrdered(jobs(reader, idle), Math.max(2, availableParallelism()), async (job) => {
    if ("plain" in job) return job.plain;
    const plain = await unpackWhole(job.packed.bytes(), job.contentBytes);
    idle.push(job.packed);
    return plain;
  });
  yield* unpacked;
}

async function* jobs(reader: ByteReader, idle: Packed[]): AsyncGenerator<Job> {
  for await (const { contentBytes, pieces } of zstdFrames(reader)) {
    if (contentBytes === null || contentBytes > WHOLE_BYTES) {
      const stream = createZstdDecompress({ chunkSize: OUTPUT_CHUNK_BYTES });
      for await (const plain of through(copies(pieces), stream, "zstd")) yield { plain };
    } else {
      const packed = idle.pop() ?? new Packed();
      packed.clear();
      for await (const piece of pieces) packed.add(piece);
      yield { packed, contentBytes };
    }
  }
}

/** One packed frame after another in the same memory: a new buffer for each keeps the collector busy. */
class Packed {
  #buffer = Buffer.allocUnsafeSlow(FIRST_PACKED_BYTES);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  add(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    piece.copy(this.#buffer, this.#length);
    this.#length = length;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

function unpackWhole(packed: Buffer, contentBytes: number): Promise<Buffer> {
  // One byte of room more: a buffer that is just full makes the decompressor ask for another one.
  const options = { chunkSize: Math.max(64, contentBytes + 1), maxOutputLength: Math.max(1, contentBytes) };
  return new Promise((resolve, reject) => {
    zstdDecompress(packed, options, (error, plain) => {
      if (error) reject(new FormatError(`The zstd data is damaged (${error.message}).`));
      else if (plain.length !== contentBytes)
        reject(new FormatError("The zstd data ends too early: it is cut off."));
      else resolve(soleView(plain));
    });
  });
}
