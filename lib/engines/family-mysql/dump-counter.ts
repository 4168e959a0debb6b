import { AppError } from "#lib/core/errors";
import {
  Bodies,
  DumpLines,
  headOf,
  QUOTED,
  TRAILER,
  unquoteIdentifier,
  type VisitPiece,
} from "#lib/engines/family-mysql/dump-lines";

const CREATE = new RegExp(`^CREATE TABLE (${QUOTED})`);
const INSERT = new RegExp(`^INSERT INTO (${QUOTED}) \\(?`);

const [QUOTE, BACKTICK, BACKSLASH, OPEN, SEMICOLON] = [0x27, 0x60, 0x5c, 0x28, 0x3b];
const [LETTER_C, LETTER_I, LETTER_D, DASH] = [0x43, 0x49, 0x44, 0x2d];

/**
 * Counts each table's rows while a dump passes, and tells whether it is whole. The counts are the dump's own:
 * of its very snapshot by construction, without a lock, a right or a second scan of the server. No two
 * connections can be given one snapshot on these servers, and FLUSH TABLES WITH READ LOCK, which could align
 * them, takes RELOAD and stops every writer. Rows are the parentheses that open outside of quotes.
 */
export class DumpCounter {
  readonly #lines = new DumpLines();
  readonly #bodies = new Bodies();
  readonly #rows = new Map<string, number>();
  /** The table whose INSERT is passing. */
  #table: string | null = null;
  #count = 0;
  /** 0 outside; else the quote that must close. */
  #quote = 0;
  #escaped = false;
  #last = "";

  /** Rows of each table, also of those without any. */
  get rows(): ReadonlyMap<string, number> {
    return this.#rows;
  }

  update(chunk: Uint8Array): void {
    this.#lines.push(chunk, this.#visit);
  }

  /** Throws DUMP_FAILED. */
  assertWhole(): void {
    this.#lines.end(this.#visit);
    if (this.#table === null && TRAILER.test(this.#last)) return;
    throw new AppError(
      "DUMP_FAILED",
      "The dump tool reported success, but its output is not whole: it was cut off before its last line.",
    );
  }

  /** Passes blocks on and looks at them. */
  async *watch(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const block of blocks) {
      this.update(block);
      yield block;
    }
  }

  readonly #visit: VisitPiece = (buffer, start, end, first) => {
    if (this.#table !== null) this.#scan(buffer, start, end);
    else if (first) this.#begin(buffer, start, end);
  };

  #begin(buffer: Buffer, start: number, end: number): void {
    const byte = buffer[start];
    if (byte === DASH) this.#last = headOf(buffer, start, end);
    else if (byte === LETTER_D) this.#bodies.delimiter(headOf(buffer, start, end));
    else if (this.#bodies.inside) return;
    else if (byte === LETTER_C) {
      const name = CREATE.exec(headOf(buffer, start, end))?.[1];
      if (name !== undefined) this.#rows.set(unquoteIdentifier(name), 0);
    } else if (byte === LETTER_I) {
      const [matched, name] = INSERT.exec(headOf(buffer, start, end)) ?? [];
      if (matched === undefined || name === undefined) return;
      this.#table = unquoteIdentifier(name);
      this.#count = 0;
      this.#quote = 0;
      // A list of columns opens its own parenthesis, which the pattern has eaten.
      this.#scan(buffer, start + Buffer.byteLength(matched), end);
    }
  }

  /** Reads values until the statement ends, wherever lines break. */
  #scan(buffer: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#escaped && at < end) {
      this.#escaped = false;
      at += 1;
    }
    let quote = this.#quote;
    let count = this.#count;
    for (; at < end; at += 1) {
      const byte = buffer[at];
      if (quote !== 0) {
        if (byte === quote) quote = 0;
        else if (byte === BACKSLASH && quote === QUOTE) {
          at += 1;
          if (at === end) this.#escaped = true;
        }
      } else if (byte === QUOTE || byte === BACKTICK) quote = byte;
      else if (byte === OPEN) count += 1;
      else if (byte === SEMICOLON) {
        this.#finishInsert(count);
        return;
      }
    }
    this.#quote = quote;
    this.#count = count;
  }

  #finishInsert(count: number): void {
    if (this.#table === null) return;
    this.#rows.set(this.#table, (this.#rows.get(this.#table) ?? 0) + count);
    this.#table = null;
  }
}
