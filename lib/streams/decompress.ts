import { createGunzip } from "node:zlib";
import type { Compression } from "#lib/core/backup-options";
import { ByteReader } from "#lib/streams/byte-reader";
import { unpackLz4 } from "#lib/streams/lz4-frames";
import { OUTPUT_CHUNK_BYTES, through } from "#lib/streams/through";
import { unpackZstd } from "#lib/streams/unpack-zstd";

/** Whether `decompress` copies what it keeps of its source, so that this may lend its chunks. */
export const mayBeLent = (compression: Compression): boolean => compression === "zstd";

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
      yield* compression === "lz4" ? unpackLz4(reader) : unpackZstd(reader);
    } finally {
      await reader.close();
    }
  }
}
