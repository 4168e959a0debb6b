import Database from "better-sqlite3";
import { assertDatabaseFile, Refusal, tell } from "#lib/engines/sqlite/child-open";

/** How long a target's user may take to finish a write (ms). */
const PATIENCE_MS = 3000;

const forever = () => new Promise<never>(() => setInterval(() => undefined, 60_000));

/**
 * Takes a database for itself until this process is ended: every other connection, also an idle one to a
 * write-ahead log, makes that fail with DG_IN_USE. What a log or journal still holds is written into the
 * file first. A damaged file cannot be locked, nor can it be in good use.
 */
export function lock({ path }: { path: string }): Promise<never> {
  assertDatabaseFile(path);
  const database = new Database(path, { fileMustExist: true, timeout: PATIENCE_MS });
  try {
    // Before the first read: only then is a write-ahead log opened exclusively.
    database.pragma("locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE; COMMIT");
    database.pragma("wal_checkpoint(TRUNCATE)");
    tell({ event: "locked", damaged: false });
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code))
      throw new Refusal("DG_IN_USE", "locked by another process");
    if (!/^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(code)) throw error;
    tell({ event: "locked", damaged: true });
  }
  return forever();
}
