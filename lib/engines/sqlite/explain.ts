import { AppError, type ErrorCode } from "#lib/core/errors";
import { SqliteError, wordsOf } from "#lib/engines/sqlite/client";
import { systemError } from "#lib/engines/with-local-path";
import { ToolError } from "#lib/streams/process";
import { SpaceError } from "#lib/streams/tar";

/** Result codes of SQLite (sqlite.org/rescode.html) and our own, by their beginning; the first match wins. */
const BY_CODE: readonly (readonly [code: string, say: string])[] = [
  ["DG_KIND", "is not a regular file: a directory, device, pipe or socket holds no database"],
  ["DG_EMPTY", "is empty: it holds no database yet"],
  ["DG_NOT_SQLITE", "is not an SQLite database, or it is encrypted: it does not begin like one"],
  ["DG_DAMAGED", "is damaged; SQLite's check found"],
  ["DG_IN_USE", "is in use by another process. Stop what uses it, then try again"],
  ["SQLITE_NOTADB", "is not an SQLite database, or it is encrypted"],
  ["SQLITE_CORRUPT", "is damaged"],
  ["SQLITE_BUSY", "is locked by another process that did not let go in time"],
  ["SQLITE_LOCKED", "is locked by another process that did not let go in time"],
  ["SQLITE_READONLY_ROLLBACK", "was left in the middle of a write: open it once with its application"],
  ["SQLITE_READONLY_RECOVERY", "was left in the middle of a write: open it once with its application"],
  ["SQLITE_FULL", "could not be copied: the disk is full"],
  [
    "SQLITE_CANTOPEN",
    "could not be opened. The worker needs the right to read it and, for a database with a write-ahead log, to write to its folder",
  ],
  ["SQLITE_READONLY", "needs a write that is not allowed here"],
  ["SQLITE_IOERR", "could not be read: the disk reports an error"],
];

/** What a child, SQLite or the system said, as a sentence about the database at `path`. */
export function explainSqlite(
  error: unknown,
  code: ErrorCode = "CONNECTION_FAILED",
  path = "The database",
): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof SpaceError) return new AppError(code, error.message, { cause: error });
  if (error instanceof Error && error.name === "AbortError") {
    return new AppError("CANCELLED", "Cancelled.", { cause: error });
  }
  if (error instanceof ToolError) {
    const said = wordsOf(error).slice(-3).join(" · ");
    const why = `The process that reads the database ended (${error.exitSignal ?? error.exitCode})`;
    return new AppError(code, `${why}${said ? `: ${said}` : ""}.`, { cause: error });
  }
  if (!(error instanceof SqliteError)) return systemError(error, path, code);
  const known = BY_CODE.find(([start]) => error.code.startsWith(start));
  const details = { reason: "error" };
  if (known === undefined && /^E[A-Z]+$/.test(error.code)) return systemError(error, path, code);
  const detail = known === undefined || /^(SQLITE_CORRUPT|DG_DAMAGED)/.test(error.code);
  const say = known?.[1] ?? "cannot be used";
  return new AppError(code, `${path} ${say}${detail ? `: ${error.message}` : ""}.`, {
    cause: error,
    details,
  });
}
