import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { serverVersion, withSession } from "#lib/engines/sqlserver/session";
import type { ProbeReport } from "#lib/engines/types";

const SIZE = "SELECT CAST(SUM(CAST(size AS bigint)) * 8192 AS nvarchar(20)) AS bytes FROM sys.database_files";
const STATE = `SELECT DATEDIFF(second, sqlserver_start_time, SYSDATETIME()) AS uptime,
  (SELECT COUNT(*) FROM sys.dm_exec_sessions WHERE is_user_process = 1) AS connections
  FROM sys.dm_os_sys_info`;

/** Connects and asks; the latency (ms) is that of connecting and of one trivial query. */
export async function probeSqlserver(config: SqlserverConfig, signal: AbortSignal): Promise<ProbeReport> {
  const start = performance.now();
  return withSession(config, signal, async (session) => {
    await session.query("SELECT 1 AS one");
    const latencyMs = performance.now() - start;
    const version = await serverVersion(session);
    const [size] = await session.query<{ bytes: string }>(SIZE);
    // Needs VIEW SERVER STATE, which backing up does not.
    const [state] = await session
      .query<{ uptime: number; connections: number }>(STATE)
      .catch((): { uptime: number; connections: number }[] => []);
    return {
      latencyMs,
      serverVersion: version,
      details: {
        database_version: version,
        database_size_bytes: Number(size?.bytes ?? 0),
        ...(state && { server_uptime: state.uptime, active_connections: state.connections }),
      },
    };
  });
}
