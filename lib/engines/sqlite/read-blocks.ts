import { open } from "node:fs/promises";
import type { BlockPool } from "#lib/streams/block-pool";
import { takeBlock } from "#lib/streams/coalesce";

/** A file's bytes in pooled blocks; the next one is read while the last one is used. */
export async function* readBlocks(path: string, pool: BlockPool): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  let position = 0;
  const fill = async (): Promise<Buffer> => {
    const block = await takeBlock(pool);
    let used = 0;
    while (used < block.length) {
      const { bytesRead } = await file.read(block, used, block.length - used, position);
      if (bytesRead === 0) break;
      used += bytesRead;
      position += bytesRead;
    }
    return block.subarray(0, used);
  };
  let next = fill();
  next.catch(() => undefined);
  try {
    for (let block = await next; block.length > 0; block = await next) {
      next = fill();
      next.catch(() => undefined);
      yield block;
    }
    pool.release(await next);
  } finally {
    await next.catch(() => undefined);
    await file.close();
  }
}
