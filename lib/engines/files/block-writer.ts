/** A place in a block, to be written to. */
export interface Sink {
  /** Room for at least one byte, at the end of what was written. */
  room(): Buffer | Promise<Buffer>;
  /** So many bytes of the room were written. */
  wrote(bytes: number): Promise<void> | void;
}

/** Gathers bytes into blocks; a full one is sent, and the next one waited for where none is free. */
export class BlockWriter implements Sink {
  bytes = 0;
  readonly #take: () => Promise<ArrayBuffer>;
  readonly #send: (block: ArrayBuffer, used: number) => void;
  #block: Buffer | null = null;
  #used = 0;

  constructor(take: () => Promise<ArrayBuffer>, send: (block: ArrayBuffer, used: number) => void) {
    this.#take = take;
    this.#send = send;
  }

  room(): Buffer | Promise<Buffer> {
    return this.#block === null ? this.#next() : this.#block.subarray(this.#used);
  }

  async #next(): Promise<Buffer> {
    this.#block = Buffer.from(await this.#take());
    this.#used = 0;
    return this.#block;
  }

  wrote(bytes: number): void {
    this.#used += bytes;
    this.bytes += bytes;
    if (this.#block !== null && this.#used === this.#block.length) this.flush();
  }

  /** Sends what there is, also less than a block. */
  flush(): void {
    if (this.#block !== null && this.#used > 0) {
      this.#send(this.#block.buffer as ArrayBuffer, this.#used);
    }
    this.#block = null;
    this.#used = 0;
  }
}

/** Takes bytes and keeps none: for a walk that only wants to know what is there. */
export class NoSink implements Sink {
  readonly #room = Buffer.allocUnsafeSlow(256 * 1024);

  room(): Buffer {
    return this.#room;
  }

  wrote(): void {}
}

/** Copies bytes into a sink. */
export async function writeBytes(sink: Sink, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const room = sink.room();
    const space = room instanceof Buffer ? room : await room;
    const count = Math.min(space.length, bytes.length - offset);
    space.set(bytes.subarray(offset, offset + count));
    sink.wrote(count);
    offset += count;
  }
}
