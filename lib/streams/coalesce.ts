import type { BlockPool } from "#lib/streams/block-pool";

/** Gathers small chunks into pooled blocks, for sources that cannot write into one directly. */
export async function* coalesce(source: AsyncIterable<Uint8Array>, pool: BlockPool): AsyncGenerator<Buffer> {
  let block: Buffer | null = null;
  let used = 0;
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.byteLength; ) {
      if (block === null) {
        block = await takeBlock(pool);
        used = 0;
      }
      const part = chunk.subarray(offset, offset + block.length - used);
      block.set(part, used);
      used += part.byteLength;
      offset += part.byteLength;
      if (used === block.length) {
        yield block;
        block = null;
      }
    }
  }
  if (block !== null && used > 0) yield block.subarray(0, used);
  else if (block !== null) pool.release(block);
}

/** A whole block, as soon as one is free. */
export async function takeBlock(pool: BlockPool): Promise<Buffer> {
  for (;;) {
    let wake: () => void = () => undefined;
    const freed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const block = pool.take(wake);
    if (block !== null) return block;
    await freed;
  }
}
