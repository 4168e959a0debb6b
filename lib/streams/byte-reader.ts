/** Input that ends or goes on where its format does not allow it. */
export class FormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FormatError";
  }
}

/**
 * Reads exact counts of bytes from a stream of arbitrary pieces. Where the stream lends its pieces, so does this:
 * what a read answers may then be overwritten by the next one.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #what: string;
  #piece: Buffer = Buffer.alloc(0);

  /** `what` names the input in messages. */
  constructor(source: AsyncIterable<Uint8Array>, what: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#what = what;
  }

  /** True where no byte is left. */
  async atEnd(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#source.next();
      if (next.done) return true;
      this.#piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    return false;
  }

  /** Exactly `count` bytes; a view where they lie in one piece. Rejects with FormatError at the end. */
  async read(count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    const first = await this.readSome(count);
    if (first.length === count) return first;
    const whole = Buffer.allocUnsafe(count);
    for (let filled = first.copy(whole); filled < count; ) {
      filled += (await this.readSome(count - filled)).copy(whole, filled);
    }
    return whole;
  }

  /** One to `most` bytes, as they come. */
  async readSome(most: number): Promise<Buffer> {
    if (await this.atEnd()) throw new FormatError(`The ${this.#what} data ends too early: it is cut off.`);
    const part = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  /** Ends the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
