import type { PostgresConfig } from "#lib/engines/postgres/config";
import { serverVersion, withSession } from "#lib/engines/postgres/session";
import type { ProbeReport } from "#lib/engines/types";

/** Connects and asks; the latency (ms) is that of connecting and of one trivial query. */
export async function probePostgres(config: PostgresConfig, signal: AbortSignal): Promise<ProbeReport> {
  const start = performance.now();
  return withSession(config, signal, async (session) => {
    await session.query("SELECT 1");
    const latencyMs = performance.now() - start;
    const version = await serverVersion(session);
    const [row] = await session.query<{ uptime: number; connections: number; bytes: string }>(
      `SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS uptime,
        (SELECT count(*)::int FROM pg_stat_activity WHERE datid IS NOT NULL) AS connections,
        pg_database_size(current_database())::text AS bytes`,
    );
    return {
      latencyMs,
      serverVersion: version.text,
      details: {
        database_version: version.text,
        server_uptime: Math.round(row?.uptime ?? 0),
        active_connections: row?.connections ?? 0,
        database_size_bytes: Number(row?.bytes ?? 0),
      },
    };
  });
}
