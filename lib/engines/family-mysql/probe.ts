import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { type Flavour, mismatch, versionText } from "#lib/engines/family-mysql/flavour";
import { serverVersion, withSession } from "#lib/engines/family-mysql/session";
import type { EngineIo, ProbeReport } from "#lib/engines/types";

/** Connects and asks; the latency (ms) is that of connecting and of one trivial query. */
export async function probeMysql(expected: Flavour, config: MysqlConfig, io: EngineIo): Promise<ProbeReport> {
  const start = performance.now();
  return withSession(config, io.signal, async (session) => {
    await session.query("SELECT 1");
    const latencyMs = performance.now() - start;
    const version = await serverVersion(session);
    const differs = mismatch(expected, version);
    if (differs !== null) io.log("warn", differs);
    const status = await session.query<{ Variable_name: string; Value: string }>(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Threads_connected')",
    );
    const counter = (name: string) => Number(status.find((row) => row.Variable_name === name)?.Value ?? 0);
    const [size] = await session.query<{ bytes: string | number | null }>(
      "SELECT SUM(DATA_LENGTH + INDEX_LENGTH) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?",
      [config.database],
    );
    return {
      latencyMs,
      serverVersion: versionText(version),
      details: {
        database_version: versionText(version),
        server_uptime: counter("Uptime"),
        active_connections: counter("Threads_connected"),
        database_size_bytes: Number(size?.bytes ?? 0),
      },
    };
  });
}
