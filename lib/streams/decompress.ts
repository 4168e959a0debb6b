import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Compression } from "#lib/core/backup-options";
import { ByteReader, FormatError } from "#lib/streams/byte-reader";
import { unpackLz4 } from "#lib/streams/lz4-frames";
import { zstdFrames } from "#lib/streams/zstd-frames";

const OUTPUT_CHUNK_BYTES = 1024 * 1024;

/**
 * The mirror of `compress`, and of the standard tools: reads files of one or of many frames or members, in
 * flat memory. Damaged or cut-off input rejects with FormatError.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === "none") yield* source;
  else if (compression === "gzip") {
    yield* through(source, createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES }), "gzip");
  } else {
    const reader = new ByteReader(source, compression);
    try {
      if (compression === "lz4") yield* unpackLz4(reader);
      else {
        for await (const frame of zstdFrames(reader)) {
          yield* through(frame, createZstdDecompress({ chunkSize: OUTPUT_CHUNK_BYTES }), "zstd");
        }
      }
    } finally {
      await reader.close();
    }
  }
}

/** Errors of the transform become FormatError; errors of the source stay what they are. */
async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
  what: string,
): AsyncGenerator<Buffer> {
  let sourceError: unknown = null;
  const watched = async function* () {
    try {
      yield* source;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  const input = Readable.from(watched(), { objectMode: false, highWaterMark: OUTPUT_CHUNK_BYTES });
  pipeline(input, transform, () => undefined);
  try {
    yield* transform as AsyncIterable<Buffer>;
  } catch (error) {
    if (sourceError !== null) throw sourceError;
    throw new FormatError(
      `The ${what} data is damaged (${error instanceof Error ? error.message : "unknown"}).`,
    );
  } finally {
    input.destroy();
    transform.destroy();
  }
}
