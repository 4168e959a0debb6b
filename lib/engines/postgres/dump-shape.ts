import { AppError } from "#lib/core/errors";

const MAGIC = Buffer.from("PGDMP");
/** A data block of the custom format ends in a length of zero: sign and four bytes. */
const BLOCK_END = Buffer.alloc(5);

/**
 * Watches a custom-format dump pass and says at the end whether it looks whole: it starts as one and, where
 * it holds table data, stops at the end of a data block. Row data has no zero bytes, so a dump that a tool cut
 * off while exiting 0 does not end like that.
 */
export class DumpShape {
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  update(block: Buffer): void {
    if (this.#head.length < MAGIC.length) {
      this.#head = Buffer.concat([this.#head, block.subarray(0, MAGIC.length - this.#head.length)]);
    }
    const last = block.subarray(-BLOCK_END.length);
    this.#tail = Buffer.concat([this.#tail, last]).subarray(-BLOCK_END.length);
  }

  /** Throws DUMP_FAILED. */
  assertWhole(holdsTableData: boolean): void {
    const whole = this.#head.equals(MAGIC) && (!holdsTableData || this.#tail.equals(BLOCK_END));
    if (!whole) {
      throw new AppError(
        "DUMP_FAILED",
        "pg_dump reported success, but its output is not whole: it was cut off.",
      );
    }
  }

  /** Passes blocks on and looks at them. */
  async *watch(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const block of blocks) {
      this.update(block);
      yield block;
    }
  }
}
