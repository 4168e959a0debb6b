/** A stream whose beginning can be read before it is taken as a whole. */
export class Lookahead {
  #head: Uint8Array[] = [];
  readonly #rest: AsyncIterator<Uint8Array>;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#rest = source[Symbol.asyncIterator]();
  }

  /** From where reading stands, keeping what is read; stopping early leaves the rest unread. */
  async *preview(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) {
      this.#head.push(chunk);
      yield chunk;
    }
  }

  /** All of it, once. A chunk is the reader's until it asks for the next one. */
  async *consume(): AsyncGenerator<Uint8Array> {
    try {
      const kept = this.#head;
      this.#head = [];
      yield* kept;
      for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#rest.return?.();
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#ended) return null;
    const next = await this.#rest.next();
    if (!next.done) return next.value;
    this.#ended = true;
    return null;
  }
}
