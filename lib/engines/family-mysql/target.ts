import { AppError } from "#lib/core/errors";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { quoteIdentifier, type Session, withSession } from "#lib/engines/family-mysql/session";
import { listLibraries, listTables } from "#lib/engines/family-mysql/source";
import { unfinished } from "#lib/engines/with-temporary";

const errnoOf = (error: unknown) => (error as { errno?: unknown } | null)?.errno;
/** Only errors that the server itself sent carry one. */
const sqlStateOf = (error: unknown) => (error as { sqlState?: unknown } | null)?.sqlState;

export async function createDatabase(config: MysqlConfig, name: string, signal: AbortSignal): Promise<void> {
  const create = async (session: Session) => {
    try {
      await session.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
    } catch (error) {
      throw sqlStateOf(error) === undefined ? unfinished(error) : error;
    }
  };
  await withSession(config, signal, create, null);
}

/** A lock that somebody holds in it is waited for half a minute, not for the day that is the server's default. */
export async function dropDatabase(config: MysqlConfig, name: string, signal: AbortSignal): Promise<void> {
  const drop = async (session: Session) => {
    await session.query("SET SESSION lock_wait_timeout = 30");
    await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`);
  };
  await withSession(config, signal, drop, null);
}

/** Makes sure that the target exists; answers whether it had to be created. */
export async function ensureDatabase(config: MysqlConfig, signal: AbortSignal): Promise<boolean> {
  try {
    await withSession(config, signal, (session) => session.query("SELECT 1"));
    return false;
  } catch (error) {
    if (errnoOf(error) !== 1049) throw error;
  }
  try {
    await createDatabase(config, config.database, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : "unknown reason";
    const message = `The target database ${config.database} does not exist and could not be created: ${why}. Nothing was changed.`;
    throw new AppError("RESTORE_FAILED", message, { cause: error });
  }
}

export interface TargetObject {
  readonly kind: "EVENT" | "VIEW" | "TABLE" | "SEQUENCE" | "PROCEDURE" | "FUNCTION" | "PACKAGE" | "LIBRARY";
  readonly name: string;
}

/** What a database holds, in an order in which it can be dropped. Triggers go with their tables. */
export async function listObjects(session: Session, database: string): Promise<TargetObject[]> {
  const events = await session.query<{ name: string }>(
    "SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?",
    [database],
  );
  const tables = await listTables(session, database);
  const routines = await session.query<{ name: string; kind: string }>(
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES
     WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION', 'PACKAGE')`,
    [database],
  );
  const of = (kind: "view" | "table" | "sequence") =>
    tables
      .filter((table) => table.kind === kind)
      .map(({ name }) => ({ kind: kind.toUpperCase() as TargetObject["kind"], name }));
  return [
    ...events.map(({ name }) => ({ kind: "EVENT" as const, name })),
    ...of("view"),
    ...of("table"),
    ...of("sequence"),
    ...routines.map(({ name, kind }) => ({ kind: kind as TargetObject["kind"], name })),
    ...(await listLibraries(session, database)).map((name) => ({ kind: "LIBRARY" as const, name })),
  ];
}

/** Drops objects whatever refers to them. A lock that somebody holds on one is waited for a minute. */
export async function dropObjects(
  config: MysqlConfig,
  objects: readonly TargetObject[],
  signal: AbortSignal,
): Promise<void> {
  await withSession(config, signal, async (session) => {
    await session.query("SET SESSION foreign_key_checks = 0, lock_wait_timeout = 60");
    for (const { kind, name } of objects)
      await session.query(`DROP ${kind} IF EXISTS ${quoteIdentifier(name)}`);
  });
}

/** Gives the database the character set of the backup's. Answers false where the server does not know it. */
export async function setDefaults(
  config: MysqlConfig,
  defaults: { characterSet: string; collation: string },
  signal: AbortSignal,
): Promise<boolean> {
  return withSession(config, signal, async (session) => {
    try {
      await session.query(
        `ALTER DATABASE ${quoteIdentifier(config.database)} CHARACTER SET ${defaults.characterSet} COLLATE ${defaults.collation}`,
      );
      return true;
    } catch (error) {
      if ([1115, 1253, 1273].includes(Number(errnoOf(error)))) return false;
      throw error;
    }
  });
}
