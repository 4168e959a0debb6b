import type { Document } from "mongodb";
import { databaseOf, type MongodbConfig } from "#lib/engines/mongodb/config";
import { serverContents } from "#lib/engines/mongodb/server";
import { serverVersion, withSession } from "#lib/engines/mongodb/session";
import type { ProbeReport } from "#lib/engines/types";

/** Connects and asks; the latency (ms) is that of connecting and of one ping. */
export async function probeMongodb(config: MongodbConfig, signal: AbortSignal): Promise<ProbeReport> {
  const start = performance.now();
  return withSession(config, signal, async (session) => {
    const { db } = session;
    await db.command({ ping: 1 });
    const latencyMs = performance.now() - start;
    const version = await serverVersion(session);
    // Also the proof that the login may read: a ping needs no rights.
    const whole = databaseOf(config) === null ? await serverContents(session) : null;
    const size = whole === null ? await db.stats() : await db.stats().catch((): Document => ({}));
    // A user of one database may not ask for these, and can back it up all the same.
    const status = await db.command({ serverStatus: 1 }).catch(() => null);
    const disk = Number(size.fsTotalSize) > 0 ? (100 * size.fsUsedSize) / size.fsTotalSize : null;
    return {
      latencyMs,
      serverVersion: version,
      details: {
        database_version: version,
        database_size_bytes: whole?.sizeOnDisk ?? Number(size.storageSize ?? 0) + Number(size.indexSize ?? 0),
        ...(disk !== null && { disk_usage_percent: Math.round(disk * 10) / 10 }),
        ...(status?.uptime !== undefined && { server_uptime: Math.round(Number(status.uptime)) }),
        ...(status?.connections?.current !== undefined && {
          active_connections: Number(status.connections.current),
        }),
      },
    };
  });
}
