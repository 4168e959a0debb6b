import { availableParallelism } from "node:os";
import { gzip } from "node:zlib";
import { compressFrame } from "lz4-napi";
import type { Compression } from "#lib/core/backup-options";
import { mapOrdered } from "#lib/streams/ordered";
import { ZstdLane } from "#lib/streams/zstd-lane";

/** Blocks compressed at once: one per processor and one more, so that none waits for the writer. */
export const COMPRESS_CONCURRENCY = Math.max(2, availableParallelism()) + 1;

/** Room for most compressed blocks in one piece: each extra piece is a trip through the thread pool. */
const GZIP_CHUNK_BYTES = 1536 * 1024;

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

/** Compresses blocks by themselves, several at once; `pack` answers each block's bytes in order. */
interface Packer {
  pack(block: Buffer): Promise<Buffer[]>;
  close(): void;
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
  const { compression, release, concurrency = COMPRESS_CONCURRENCY } = options;
  const packer = packerOf(compression, options.level);
  let empty = true;
  try {
    const results = mapOrdered(source, concurrency, async (block) => {
      empty = false;
      try {
        return await packer.pack(block);
      } finally {
        release?.(block);
      }
    });
    for await (const pieces of results) yield* pieces;
    if (empty && compression !== "none") yield* await packer.pack(Buffer.alloc(0));
  } finally {
    packer.close();
  }
}

function packerOf(compression: Compression, level: number): Packer {
  const close = () => undefined;
  if (compression === "zstd") return zstdPacker(level);
  // Who comes after may hold a block for longer than the pool can wait: "none" copies.
  if (compression === "none") return { pack: async (block) => [Buffer.from(block)], close };
  if (compression === "lz4") {
    return { pack: async (block) => [await compressFrame(block, { contentChecksum: true })], close };
  }
  const pack = (block: Buffer) =>
    new Promise<Buffer[]>((resolve, reject) => {
      gzip(block, { level, chunkSize: GZIP_CHUNK_BYTES }, (error, result) =>
        error ? reject(error) : resolve([result]),
      );
    });
  return { pack, close };
}

/** As many contexts as blocks turn out to be compressed at once; each has one block at a time. */
function zstdPacker(level: number): Packer {
  const all: ZstdLane[] = [];
  const idle: ZstdLane[] = [];
  return {
    pack: async (block) => {
      const lane = idle.pop() ?? new ZstdLane(level);
      if (!all.includes(lane)) all.push(lane);
      const pieces = await lane.pack(block);
      idle.push(lane);
      return pieces;
    },
    close: () => {
      for (const lane of all) lane.close();
    },
  };
}
