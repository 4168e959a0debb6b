import { AppError } from "#lib/core/errors";
import { askSqlite, SqliteError } from "#lib/engines/sqlite/client";
import type { EngineIo, QueryLimits, QueryResult } from "#lib/engines/types";

/** Codes that say something of the file, not of the statement. */
const OF_THE_FILE = /^(DG_(?!WRITES)|E[A-Z]|SQLITE_(CANTOPEN|NOTADB|CORRUPT|IOERR|BUSY|LOCKED|READONLY_R))/;

/** Runs one statement in a process that is ended when its time is over. */
export async function querySqlite(
  path: string,
  sql: string,
  limits: QueryLimits,
  io: EngineIo,
): Promise<QueryResult> {
  const over = AbortSignal.timeout(limits.timeoutMs);
  try {
    return await askSqlite("query", { path, sql, limits }, AbortSignal.any([io.signal, over]));
  } catch (error) {
    io.signal.throwIfAborted();
    if (over.aborted) {
      const seconds = Math.round(limits.timeoutMs / 1000);
      const message = `The statement took longer than ${seconds} seconds and was ended.`;
      throw new AppError("QUERY_EXECUTION_FAILED", message, { cause: error });
    }
    if (!(error instanceof SqliteError) || OF_THE_FILE.test(error.code)) throw error;
    throw new AppError("QUERY_EXECUTION_FAILED", error.message, { cause: error });
  }
}
