const soleViews = new WeakSet<ArrayBufferLike>();

/** Says that nothing but this view looks at its memory, so that its last reader may free it. */
export function soleView<T extends Uint8Array>(view: T): T {
  if (view.buffer.byteLength > Buffer.poolSize) soleViews.add(view.buffer);
  return view;
}

/** Frees the memory of a view that `soleView` marked; leaves any other alone. */
export function freeSoleView(view: Uint8Array): void {
  if (soleViews.delete(view.buffer) && view.buffer instanceof ArrayBuffer) view.buffer.transfer(0);
}

/**
 * Frees compressed frames as soon as nobody reads them any more, instead of waiting for the collector, which
 * sees only the small handles and runs late and often for it. Memory may be read in several views, as when a
 * frame is cut into parts or shares it with the next one; it goes with its last byte. What a codec left
 * unused in it is never read, and then the collector takes it as ever.
 */
export class Frames {
  readonly #left = new WeakMap<ArrayBufferLike, number>();

  /** Passes frames on and takes their memory into account: it is free once every byte of it was read. */
  async *own(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const frame of source) {
      const { buffer } = frame;
      // What is no larger than Node's pool may lie in it, beside what belongs to others.
      if (buffer.byteLength > Buffer.poolSize && !this.#left.has(buffer)) {
        this.#left.set(buffer, buffer.byteLength);
      }
      yield frame;
    }
  }

  /** `view` has been read by all who wanted it and is not touched again. */
  consumed(view: Uint8Array): void {
    const before = this.#left.get(view.buffer);
    if (before === undefined) return;
    const left = before - view.byteLength;
    if (left > 0) this.#left.set(view.buffer, left);
    else {
      this.#left.delete(view.buffer);
      if (view.buffer instanceof ArrayBuffer) view.buffer.transfer(0);
    }
  }
}
