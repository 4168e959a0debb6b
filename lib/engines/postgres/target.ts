import { DatabaseError } from "pg";
import { AppError } from "#lib/core/errors";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { openSession, quoteIdentifier, type Session, withSession } from "#lib/engines/postgres/session";
import { unfinished } from "#lib/engines/with-temporary";

const codeOf = (error: unknown) => (error as { code?: unknown } | null)?.code;

/** Runs `work` on a database of the server that always exists: postgres, else template1. */
export async function withMaintenance<T>(
  config: PostgresConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let session: Session;
  try {
    session = await openSession(config, signal, "postgres");
  } catch (error) {
    if (codeOf(error) !== "3D000" && codeOf(error) !== "42501" && codeOf(error) !== "28000") throw error;
    session = await openSession(config, signal, "template1");
  }
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Creates an empty database from template0, so that nothing of the server's own template gets in. */
export async function createDatabase(
  config: PostgresConfig,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await withMaintenance(config, signal, async (session) => {
    try {
      await session.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`);
    } catch (error) {
      // Only the server's own answer says that it was not made.
      throw error instanceof DatabaseError ? error : unfinished(error);
    }
  });
}

/** Drops a database, ending leftover connections to it. */
export async function dropDatabase(config: PostgresConfig, name: string, signal: AbortSignal): Promise<void> {
  await withMaintenance(config, signal, async (session) => {
    const [row] = await session.query<{ num: string }>("SELECT current_setting('server_version_num') AS num");
    // WITH (FORCE) is PostgreSQL 13 and newer.
    if (Number(row?.num) < 130_000) {
      await session.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [
        name,
      ]);
      await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`);
    } else await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  });
}

/** Makes sure that the target exists; answers whether it had to be created. */
export async function ensureDatabase(config: PostgresConfig, signal: AbortSignal): Promise<boolean> {
  try {
    await withSession(config, signal, (session) => session.query("SELECT 1"));
    return false;
  } catch (error) {
    if (codeOf(error) !== "3D000") throw error;
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

/** Roles of the dump that this server lacks, or that the user may not act for. */
export async function unusableRoles(session: Session, roles: readonly string[]): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT wanted.name FROM unnest($1::text[]) AS wanted(name)
     LEFT JOIN pg_roles r ON r.rolname = wanted.name
     WHERE r.oid IS NULL OR NOT pg_has_role(current_user, r.oid, 'USAGE')`,
    [roles],
  );
  return rows.map((row) => row.name);
}
