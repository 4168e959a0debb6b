import { AppError } from "#lib/core/errors";
import { RECORD } from "#lib/engines/files/tar-header";

const MARK_BYTES = 2 * RECORD;

/** Watches a tar pass: a whole one ends in two records of zeros, one that was cut off between entries not. */
export class EndOfArchive {
  #tail = Buffer.alloc(0);

  async *watch(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      const last = piece.subarray(-MARK_BYTES);
      this.#tail = Buffer.concat([this.#tail, last]).subarray(-MARK_BYTES);
      yield piece;
    }
  }

  /** Throws RESTORE_FAILED. */
  assertWhole(): void {
    if (this.#tail.length === MARK_BYTES && this.#tail.every((byte) => byte === 0)) return;
    throw new AppError("RESTORE_FAILED", "The archive is cut off: its end is missing.");
  }
}
