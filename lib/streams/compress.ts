import { availableParallelism } from "node:os";
import { constants, gzip, zstdCompress } from "node:zlib";
import { compressFrame } from "lz4-napi";
import type { Compression } from "#lib/core/backup-options";
import { mapOrdered } from "#lib/streams/ordered";

/** Blocks compressed at once: one per processor and one more, so that none waits for the writer. */
export const COMPRESS_CONCURRENCY = Math.max(2, availableParallelism()) + 1;

/** Room for most compressed blocks in one piece: each extra piece is a trip through the thread pool. */
const OUTPUT_CHUNK_BYTES = 1536 * 1024;

/** What a compressed file's name ends in (contract, section 6); "" where nothing is compressed. */
export const COMPRESSION_SUFFIX: Record<Compression, string> = {
  gzip: ".gz",
  zstd: ".zst",
  lz4: ".lz4",
  none: "",
};

export interface CompressOptions {
  readonly compression: Compression;
  /** 1–9; lz4 has one level only and takes no notice. */
  readonly level: number;
  /** Called with each source block once its bytes are no longer needed. */
  readonly release?: (block: Buffer) => void;
  readonly concurrency?: number;
}

/**
 * Compresses each block by itself in the thread pool and yields the results in order: a file of independent
 * zstd or lz4 frames or gzip members, which `zstd -t`, `lz4 -t` and `gzip -t` accept (RFC 8878 section 3,
 * RFC 1952 section 2.2). "none" yields copies.
 */
export async function* compress(
  source: AsyncIterable<Buffer>,
  options: CompressOptions,
): AsyncGenerator<Buffer> {
  const { compression, release } = options;
  if (compression === "none") {
    for await (const block of source) {
      // Who comes after may hold it for longer than the pool can wait.
      const copy = Buffer.from(block);
      release?.(block);
      yield copy;
    }
    return;
  }
  let empty = true;
  const pack = (block: Buffer) => compressBlock(block, compression, options.level);
  const results = mapOrdered(source, options.concurrency ?? COMPRESS_CONCURRENCY, async (block) => {
    empty = false;
    try {
      return await pack(block);
    } finally {
      release?.(block);
    }
  });
  yield* results;
  if (empty) yield await pack(Buffer.alloc(0));
}

function compressBlock(block: Buffer, kind: Exclude<Compression, "none">, level: number): Promise<Buffer> {
  if (kind === "lz4") return compressFrame(block, { contentChecksum: true });
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Buffer) => (error ? reject(error) : resolve(result));
    if (kind === "gzip") gzip(block, { level, chunkSize: OUTPUT_CHUNK_BYTES }, done);
    else zstdCompress(block, zstdOptions(block.length, level), done);
  });
}

function zstdOptions(size: number, level: number) {
  return {
    chunkSize: OUTPUT_CHUNK_BYTES,
    pledgedSrcSize: size,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  };
}
