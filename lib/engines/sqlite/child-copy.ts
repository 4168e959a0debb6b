import { statSync } from "node:fs";
import type Database from "better-sqlite3";
import { inspect } from "#lib/engines/sqlite/child-inspect";
import { openReadonly, tell } from "#lib/engines/sqlite/child-open";
import type { SqliteInspection } from "#lib/engines/sqlite/protocol";

/** Copied at a time: few steps, and yet a progress that moves. */
const STEP_BYTES = 16 * 1024 * 1024;

/** How often a writer may make us begin again before it has to wait. */
const MAX_RESTARTS = 2;

/**
 * Copies a database that may be in use, by SQLite's own backup, and inspects the copy.
 *
 * Every change by another process makes that backup begin again, so under a busy writer it would never end.
 * A read transaction that is held keeps our snapshot instead. With a write-ahead log that hinders nobody, so
 * it is held from the start. With a rollback journal it makes writers wait: there it is held only once the
 * backup was made to begin again too often.
 */
export async function copy({ path, target }: { path: string; target: string }): Promise<SqliteInspection> {
  const database = openReadonly(path);
  try {
    const pageSize = Number(database.pragma("page_size", { simple: true }));
    const pages = Math.max(1, Math.floor(STEP_BYTES / pageSize));
    if (database.pragma("journal_mode", { simple: true }) === "wal") hold(database);
    let left = Number.POSITIVE_INFINITY;
    let restarts = 0;
    await database.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        if (remainingPages > left) restarts += 1;
        left = remainingPages > 0 ? remainingPages : left;
        if (restarts > MAX_RESTARTS && !database.inTransaction) hold(database);
        tell({
          event: "progress",
          done: (totalPages - remainingPages) * pageSize,
          of: totalPages * pageSize,
        });
        return pages;
      },
    });
  } finally {
    database.close();
  }
  tell({ event: "copied", bytes: statSync(target).size });
  return inspect({ path: target });
}

/** A transaction begins with its first read. */
function hold(database: Database.Database): void {
  database.exec("BEGIN");
  database.prepare("SELECT count(*) FROM sqlite_schema").get();
}
