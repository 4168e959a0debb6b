import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs";
import Database from "better-sqlite3";
import { EVENT_MARK, type SqliteEvent, type SqliteProbe } from "#lib/engines/sqlite/protocol";

/** First bytes of every database file (SQLite file format, 1.3). */
const MAGIC = "SQLite format 3\0";

/** How long another's lock is waited for (ms); writers hold one for moments. */
const BUSY_MS = 10_000;

/** An error with a code of ours, for the parent to put into words. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function tell(event: SqliteEvent): void {
  writeSync(2, `${EVENT_MARK}${JSON.stringify(event)}\n`);
}

/** Looks at the file itself first: SQLite would wait for ever at a FIFO and calls too much "not a database". */
export function assertDatabaseFile(path: string): void {
  if (!statSync(path).isFile()) throw new Refusal("DG_KIND", "not a regular file");
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new Refusal("DG_KIND", "not a regular file");
    const head = Buffer.alloc(MAGIC.length);
    const read = readSync(file, head, 0, head.length, 0);
    if (read === 0) throw new Refusal("DG_EMPTY", "an empty file");
    if (head.toString("latin1") !== MAGIC) throw new Refusal("DG_NOT_SQLITE", "another header");
  } finally {
    closeSync(file);
  }
}

/** A connection that cannot write; the header was checked. */
export function openReadonly(path: string): Database.Database {
  assertDatabaseFile(path);
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  database.pragma("query_only = ON");
  database.pragma("trusted_schema = OFF");
  return database;
}

export const versionOf = (database: Database.Database) =>
  database.prepare("SELECT sqlite_version()").pluck().get() as string;

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

export const sizeOf = (database: Database.Database) =>
  Number(database.pragma("page_count", { simple: true })) *
  Number(database.pragma("page_size", { simple: true }));

export function probe({ path }: { path: string }): SqliteProbe {
  const start = performance.now();
  const database = openReadonly(path);
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return {
      version: versionOf(database),
      latencyMs: performance.now() - start,
      journalMode: String(database.pragma("journal_mode", { simple: true })),
      bytes: sizeOf(database),
    };
  } finally {
    database.close();
  }
}
