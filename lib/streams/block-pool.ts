/** Size of a block in bytes: large enough to compress well on its own, small enough to keep memory flat. */
export const BLOCK_BYTES = 2 * 1024 * 1024;

/**
 * A few large buffers that go round: taken by who reads, released by who has used the bytes. An empty pool
 * is the backpressure.
 */
export class BlockPool {
  readonly blockBytes: number;
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  readonly #out = new Set<ArrayBufferLike>();
  #onFree: (() => void) | null = null;

  constructor(limit: number, blockBytes: number = BLOCK_BYTES) {
    this.#limit = limit;
    this.blockBytes = blockBytes;
  }

  /** A whole block, or null where all are in use; then `onFree` is called once when one comes back. */
  take(onFree: () => void): Buffer | null {
    const known = this.#free.pop();
    const block = known ?? (this.#out.size < this.#limit ? Buffer.allocUnsafeSlow(this.blockBytes) : null);
    if (block === null) this.#onFree = onFree;
    else this.#out.add(block.buffer);
    return block;
  }

  /** Gives back a block or any view of it. Releasing twice, or what is not ours, does nothing. */
  release(view: Uint8Array): void {
    if (!this.#out.delete(view.buffer)) return;
    this.#free.push(Buffer.from(view.buffer as ArrayBuffer, 0, this.blockBytes));
    const wake = this.#onFree;
    this.#onFree = null;
    wake?.();
  }
}
