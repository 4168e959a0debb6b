/** A small queue between a pusher and one reader; the pusher looks at `size` to hold back. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #ended = false;
  #error: unknown = null;
  #failed = false;
  #wakeReader: (() => void) | null = null;
  #wakePusher: (() => void) | null = null;

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#notifyReader();
  }

  end(): void {
    this.#ended = true;
    this.#notifyReader();
  }

  /** The reader gets the error after what was pushed before it. */
  fail(error: unknown): void {
    if (this.#ended || this.#failed) return;
    this.#failed = true;
    this.#error = error;
    this.#notifyReader();
    this.#notifyPusher();
  }

  /** Ends the reader and lets a waiting pusher go on. */
  close(): void {
    this.#items.length = 0;
    this.end();
    this.#notifyPusher();
  }

  /** Resolves when fewer than `limit` items wait, or the channel was closed or failed. */
  async roomFor(limit: number): Promise<void> {
    while (!this.#ended && !this.#failed && this.#items.length >= limit) {
      await new Promise<void>((resolve) => {
        this.#wakePusher = resolve;
      });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#notifyPusher();
        yield item;
      } else if (this.#failed) throw this.#error;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
      }
    }
  }

  #notifyReader(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = null;
    wake?.();
  }

  #notifyPusher(): void {
    const wake = this.#wakePusher;
    this.#wakePusher = null;
    wake?.();
  }
}
