import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlockPool } from "#lib/streams/block-pool";
import { Channel } from "#lib/streams/channel";

/** Less room than this at a block's end is not worth a read of its own. */
const MIN_ROOM = 16 * 1024;
const SCRATCH_BYTES = 64 * 1024;

/** Our end of a socket pair whose other end is a tool's standard output. */
export interface BlockSocket {
  /** Give this to the child as its stdout, then destroy it here. */
  readonly childEnd: Socket;
  readonly blocks: AsyncIterable<Buffer>;
  /** Bytes that have arrived so far, also those in a block that is not full yet. */
  readonly received: () => number;
  /** Resolves when the other end was closed by everyone who held it, rejects when reading failed. */
  readonly ended: Promise<void>;
  /** Gives up; the reader of `blocks` gets the reason. */
  destroy(reason: unknown): void;
}

/**
 * Reads a tool's output straight into pooled blocks: one copy from the kernel, no small buffers. An ordinary
 * stdout stream costs three times the processor time (measured on a 1.3 GB dump: 1.4 s against 0.5 s).
 */
export async function openBlockSocket(pool: BlockPool): Promise<BlockSocket> {
  // A socket in a private directory, gone as soon as both ends hold: no one else can connect.
  const directory = await mkdtemp(join(tmpdir(), "dg-out-"));
  try {
    const path = join(directory, "s");
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const reader = new BlockReader(path, pool);
    const childEnd = await Promise.race([accepted, reader.ended.then(() => accepted)]);
    server.close();
    return {
      childEnd,
      blocks: reader.channel,
      received: () => reader.received,
      ended: reader.ended,
      destroy: (reason) => reader.destroy(reason),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

class BlockReader {
  readonly channel = new Channel<Buffer>();
  readonly ended: Promise<void>;
  received = 0;
  readonly #pool: BlockPool;
  readonly #scratch: Buffer;
  readonly #minRoom: number;
  readonly #socket: Socket;
  #block: Buffer | null = null;
  #used = 0;
  #fromScratch = false;

  constructor(path: string, pool: BlockPool) {
    this.#pool = pool;
    this.#scratch = Buffer.allocUnsafeSlow(Math.min(SCRATCH_BYTES, pool.blockBytes));
    this.#minRoom = Math.min(MIN_ROOM, pool.blockBytes / 4);
    this.#block = pool.take(() => undefined);
    this.#socket = connect({
      path,
      onread: { buffer: () => this.#target(), callback: (count) => this.#onRead(count) },
    });
    this.ended = this.#untilClosed();
    this.ended.catch(() => undefined);
  }

  destroy(reason: unknown): void {
    this.channel.fail(reason);
    this.#socket.destroy(
      reason instanceof Error ? reason : new Error("Reading a tool's output was given up."),
    );
  }

  /** Where the next bytes land. Without a free block one read goes to the scratch buffer. */
  #target(): Buffer {
    this.#fromScratch = this.#block === null;
    return this.#block === null ? this.#scratch : this.#block.subarray(this.#used);
  }

  /** Answering false pauses the socket. */
  #onRead(count: number): boolean {
    this.received += count;
    if (this.#fromScratch && this.#block !== null) this.#scratch.copy(this.#block, 0, 0, count);
    this.#used += count;
    if (this.#block !== null && this.#block.length - this.#used < this.#minRoom) {
      this.#emit();
      this.#refill();
    }
    return this.#block !== null;
  }

  #emit(): void {
    if (this.#block === null) return;
    if (this.#used > 0) this.channel.push(this.#block.subarray(0, this.#used));
    else this.#pool.release(this.#block);
    this.#block = null;
    this.#used = 0;
  }

  #refill(): void {
    this.#block = this.#pool.take(() => {
      this.#refill();
      if (!this.#socket.destroyed) this.#socket.resume();
    });
  }

  #untilClosed(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let failure: Error | null = null;
      this.#socket.once("error", (error) => {
        failure = error;
      });
      this.#socket.once("end", () => this.#socket.end());
      this.#socket.once("close", () => {
        if (failure === null) {
          this.#emit();
          this.channel.end();
          resolve();
        } else {
          this.channel.fail(failure);
          reject(failure);
        }
      });
    });
  }
}
