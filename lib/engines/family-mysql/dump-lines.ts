const NEWLINE = 0x0a;
/** Longer than the start of any line that means something: a name is at most 64 characters, quoted twice that. */
const HEAD_BYTES = 2048;
const NOTHING = Buffer.alloc(0);

/**
 * A piece of a line, `buffer[start, end)`, with its line break where it holds it. `first`: the line starts here,
 * and its first 2 KiB (or all of it) are in this piece.
 */
export type VisitPiece = (buffer: Buffer, start: number, end: number, first: boolean) => void;

/**
 * Walks through a dump's lines without ever holding one: a line may be 1 GB long. The clients write line
 * breaks in values as \n, so a line's start always is the start of something.
 */
export class DumpLines {
  #carry: Buffer = NOTHING;
  #inside = false;

  push(chunk: Uint8Array, visit: VisitPiece): void {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const buffer = this.#carry.length === 0 ? fresh : Buffer.concat([this.#carry, fresh]);
    this.#carry = NOTHING;
    for (let at = 0; at < buffer.length; ) {
      const newline = buffer.indexOf(NEWLINE, at);
      const end = newline === -1 ? buffer.length : newline + 1;
      if (newline === -1 && !this.#inside && end - at < HEAD_BYTES) {
        // Copied: the chunk is its owner's again after this call.
        this.#carry = Buffer.from(buffer.subarray(at));
        return;
      }
      visit(buffer, at, end, !this.#inside);
      this.#inside = newline === -1;
      at = end;
    }
  }

  /** Visits what is left where the last line has no break. */
  end(visit: VisitPiece): void {
    if (this.#carry.length > 0) visit(this.#carry, 0, this.#carry.length, true);
    this.#carry = NOTHING;
  }
}

/** Follows `DELIMITER` lines: between them stand bodies of triggers, routines and events, as people wrote them. */
export class Bodies {
  inside = false;

  /** Whether the line is such a one. */
  delimiter(head: string): boolean {
    const word = /^DELIMITER\s+(\S+)/i.exec(head)?.[1];
    if (word === undefined) return false;
    this.inside = word !== ";";
    return true;
  }
}

/** Without the quotes that clients put around names. */
export function unquoteIdentifier(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}

/** A quoted name inside a pattern. */
export const QUOTED = "`(?:[^`]|``)+`";

/** The last line of a dump that its tool wrote to the end. */
export const TRAILER = /^-- Dump completed/;

/** The start of a line as text. */
export function headOf(buffer: Buffer, start: number, end: number): string {
  return buffer.toString("utf8", start, Math.min(end, start + HEAD_BYTES));
}
