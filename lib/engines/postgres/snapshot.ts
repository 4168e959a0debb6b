import type { PostgresConfig } from "#lib/engines/postgres/config";
import { listRelations, type TableRef } from "#lib/engines/postgres/inventory";
import { openSession, type ServerVersion, type Session, serverVersion } from "#lib/engines/postgres/session";

/** A transaction whose view of the database others can share by its id, as long as it stays open. */
export interface Snapshot {
  readonly session: Session;
  readonly id: string;
  readonly version: ServerVersion;
  readonly databaseBytes: number;
  readonly relations: readonly TableRef[];
}

/** Exports a snapshot (PostgreSQL manual, 9.27.5): dump and row counts then see the very same instant. */
export async function openSnapshot(config: PostgresConfig, signal: AbortSignal): Promise<Snapshot> {
  const session = await openSession(config, signal);
  try {
    // A count that nobody waits for any more ends within seconds (PostgreSQL 14 and newer; others refuse it).
    await session.query("SET client_connection_check_interval = '5s'").catch(() => undefined);
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await session.query(
      "SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN " +
        "('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', " +
        "'max_parallel_workers_per_gather')",
    );
    await session.query("SET LOCAL row_security = off");
    const [row] = await session.query<{ id: string; bytes: string }>(
      "SELECT pg_export_snapshot() AS id, pg_database_size(current_database())::text AS bytes",
    );
    const version = await serverVersion(session);
    const relations = await listRelations(session);
    return { session, id: row?.id ?? "", version, databaseBytes: Number(row?.bytes ?? 0), relations };
  } catch (error) {
    await session.close();
    throw error;
  }
}
