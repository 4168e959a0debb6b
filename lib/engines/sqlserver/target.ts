import { AppError } from "#lib/core/errors";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { type Session, withSession } from "#lib/engines/sqlserver/session";
import { claimStatement, dropStatement } from "#lib/engines/sqlserver/statements";
import type { RestoreOptions } from "#lib/engines/types";

/** Of the databases into which a .bacpac is imported. */
export const IMPORT_PREFIX = "dg_import_";

/** A session on no database in particular: the one that is meant may not exist, or must not be in use. */
export function onMaster<T>(
  config: SqlserverConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession(config, signal, work, "master");
}

/** For example "ONLINE" or "RESTORING"; null where there is no such database. */
export async function stateOf(session: Session, database: string): Promise<string | null> {
  const rows = await session.query<{ state: string }>(
    "SELECT state_desc AS state FROM sys.databases WHERE name = @database",
    { database },
  );
  return rows[0]?.state ?? null;
}

/** Ends its connections and drops it; one that is not there is fine. */
export async function dropDatabase(session: Session, database: string): Promise<void> {
  const state = await stateOf(session, database);
  if (state === null) return;
  // One that is still being restored has no connections, and takes no options.
  if (state === "ONLINE") await session.query(claimStatement(database));
  await session.query(dropStatement(database));
}

/** Whether the target exists; throws RESTORE_FAILED where it does and may not be replaced. */
export async function mayReplace(
  session: Session,
  { database }: SqlserverConfig,
  { dropExisting }: RestoreOptions,
): Promise<boolean> {
  const found = await session.query("SELECT 1 AS one WHERE DB_ID(@database) IS NOT NULL", { database });
  const exists = found.length > 0;
  if (!exists || dropExisting) return exists;
  const message = `The target database ${database} exists already: choose to drop what exists.`;
  throw new AppError("RESTORE_FAILED", message);
}

/** A failure from before the target was touched. */
export function untouched(error: unknown): AppError {
  const known = explainSqlserver(error, "RESTORE_FAILED");
  const message = `${known.message} Nothing was changed in the target.`;
  return new AppError(known.code, message, { cause: error, details: known.details });
}
