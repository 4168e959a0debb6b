import { availableParallelism } from "node:os";
import { createZstdDecompress, zstdDecompress } from "node:zlib";
import { type ByteReader, FormatError } from "#lib/streams/byte-reader";
import { soleView } from "#lib/streams/frames";
import { mapOrdered } from "#lib/streams/ordered";
import { OUTPUT_CHUNK_BYTES, through } from "#lib/streams/through";
import { zstdFrames } from "#lib/streams/zstd-frames";

/** Frames up to this size, such as ours, are unpacked whole and several at once; larger ones as a stream. */
const WHOLE_BYTES = 8 * 1024 * 1024;

type Job = { packed: Buffer; contentBytes: number } | { plain: Buffer };

/** Unpacks all frames of a zstd file, in order, in flat memory. */
export async function* unpackZstd(reader: ByteReader): AsyncGenerator<Buffer> {
  yield* mapOrdered(jobs(reader), Math.max(2, availableParallelism()), async (job) =>
    "plain" in job ? job.plain : unpackWhole(job.packed, job.contentBytes),
  );
}

async function* jobs(reader: ByteReader): AsyncGenerator<Job> {
  for await (const { contentBytes, pieces } of zstdFrames(reader)) {
    if (contentBytes === null || contentBytes > WHOLE_BYTES) {
      const stream = createZstdDecompress({ chunkSize: OUTPUT_CHUNK_BYTES });
      for await (const plain of through(pieces, stream, "zstd")) yield { plain };
    } else {
      const packed: Buffer[] = [];
      for await (const piece of pieces) packed.push(piece);
      yield { packed: Buffer.concat(packed), contentBytes };
    }
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
