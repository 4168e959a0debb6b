import { AppError } from "#lib/core/errors";
import { readDefaultsLine } from "#lib/engines/family-mysql/defaults-line";
import {
  Bodies,
  DumpLines,
  headOf,
  QUOTED,
  TRAILER,
  unquoteIdentifier,
  type VisitPiece,
} from "#lib/engines/family-mysql/dump-lines";
import { quoteIdentifier } from "#lib/engines/family-mysql/session";

export interface FilterRules {
  /** The database that is restored into. */
  readonly database: string;
  /** Only the sections of these tables and views; empty for everything. */
  readonly tables: ReadonlySet<string>;
  /** Names that must not be dropped by the dump itself. */
  readonly keep: ReadonlySet<string>;
  /** Leave events out: they would begin to run. */
  readonly withoutEvents: boolean;
}

const SECTION = new RegExp(
  `^-- (?:Table structure for table|Dumping data for table|Temporary (?:table|view) structure for view|` +
    `Final view structure for view|Sequence structure for) (${QUOTED}|\\S.*?)\\s*$`,
);
const PART = /^-- Dumping (events|routines) for database/;
/** The first line after the last section: what the head changed is set back from here on. */
const FOOTER = /^\/\*M?!\d+ SET [A-Z_]+=@OLD_/;
const SANDBOX = /^\/\*M?!999999\\-/;
const OTHER_DATABASE = /^(?:USE |CREATE DATABASE |\/\*!\d+ DROP DATABASE |DROP DATABASE )/i;
/** What a dump puts around a routine whose database had another collation; it names the source's database. */
const ALTER_DATABASE = new RegExp(`^ALTER DATABASE ${QUOTED} (CHARACTER SET \\w+ COLLATE \\w+ .*)$`, "s");
const DROP = new RegExp(
  `^(?:/\\*!\\d+ )?DROP (?:TABLE|VIEW|PROCEDURE|FUNCTION|EVENT|SEQUENCE|PACKAGE|LIBRARY) IF EXISTS (${QUOTED})`,
);

/** Bytes that begin a line of interest: - / A C D U and the small letters; a row begins with a parenthesis. */
const isTelling = (byte: number | undefined) =>
  byte === 0x2d || byte === 0x2f || (byte !== undefined && "ACDUacdu".includes(String.fromCharCode(byte)));

/**
 * Passes a plain dump on to the client, without the line that only some clients know, and with all that
 * names another database aimed at the target. Only for what tools wrote: the user's rights, not this, limit
 * what a dump can do.
 */
export class DumpFilter {
  readonly found = new Set<string>();
  readonly #rules: FilterRules;
  readonly #lines = new DumpLines();
  readonly #bodies = new Bodies();
  #passing = true;
  #whole = false;
  #out: Buffer[] = [];
  #run: { buffer: Buffer; start: number; end: number } | null = null;
  /** Of the source's database, once its line has passed. */
  defaults: { characterSet: string; collation: string } | null = null;

  constructor(rules: FilterRules) {
    this.#rules = rules;
  }

  /** What to pass on of a chunk: mostly views of it. Throws RESTORE_FAILED. */
  push(chunk: Uint8Array): Buffer[] {
    this.#out = [];
    this.#lines.push(chunk, this.#visit);
    this.#flush();
    return this.#out;
  }

  /** The rest. Throws RESTORE_FAILED where the dump has no end. */
  end(): Buffer[] {
    this.#out = [];
    this.#lines.end(this.#visit);
    this.#flush();
    if (this.#whole) return this.#out;
    throw new AppError("RESTORE_FAILED", "The dump is cut off: its last line, “Dump completed”, is missing.");
  }

  readonly #visit: VisitPiece = (buffer, start, end, first) => {
    let replacement: string | null = null;
    if (first && isTelling(buffer[start])) replacement = this.#look(headOf(buffer, start, end));
    if (replacement !== null) {
      this.#flush();
      this.#out.push(Buffer.from(replacement));
    } else if (this.#passing) this.#pass(buffer, start, end);
    else this.#flush();
  };

  /** What to write in a line's place, or null; decides whether the lines from here on pass. */
  #look(head: string): string | null {
    if (this.#bodies.delimiter(head) || this.#bodies.inside) return null;
    if (head.startsWith("-- ")) return this.#comment(head);
    if (FOOTER.test(head)) this.#passing = true;
    if (SANDBOX.test(head)) return "\n";
    if (OTHER_DATABASE.test(head)) {
      throw new AppError(
        "RESTORE_FAILED",
        "The dump chooses its database itself (CREATE DATABASE, USE), so it may not go where it should. " +
          "Make it of one database, without --databases or --all-databases.",
      );
    }
    const dropped = DROP.exec(head)?.[1];
    if (dropped !== undefined && this.#passing && this.#rules.keep.has(unquoteIdentifier(dropped))) {
      throw new AppError(
        "RESTORE_FAILED",
        `The dump would drop ${dropped}, which the target holds: choose to drop what exists.`,
      );
    }
    const altered = ALTER_DATABASE.exec(head)?.[1];
    return altered === undefined || !this.#passing
      ? null
      : `ALTER DATABASE ${quoteIdentifier(this.#rules.database)} ${altered}`;
  }

  #comment(head: string): null {
    this.defaults ??= readDefaultsLine(head);
    if (TRAILER.test(head)) this.#whole = true;
    const name = SECTION.exec(head)?.[1];
    const { tables, withoutEvents } = this.#rules;
    if (name !== undefined) {
      const table = unquoteIdentifier(name);
      this.#passing = tables.size === 0 || tables.has(table);
      if (tables.has(table)) this.found.add(table);
    }
    const part = PART.exec(head)?.[1];
    if (part !== undefined) this.#passing = tables.size === 0 && !(part === "events" && withoutEvents);
    return null;
  }

  #pass(buffer: Buffer, start: number, end: number): void {
    if (this.#run?.buffer === buffer && this.#run.end === start) this.#run.end = end;
    else {
      this.#flush();
      this.#run = { buffer, start, end };
    }
  }

  #flush(): void {
    if (this.#run === null) return;
    this.#out.push(this.#run.buffer.subarray(this.#run.start, this.#run.end));
    this.#run = null;
  }
}
