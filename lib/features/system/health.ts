import { z } from "zod";
import { VERSION } from "#lib/core/version";
import type { Db } from "#lib/db/client";
import { engines } from "#lib/engines/registry";
import { checkKey } from "#lib/features/secrets/secret-box";
import { WORKER_SILENT_SECONDS } from "#lib/features/system/worker-presence";
import { query } from "#lib/features/use-case";

const serviceState = z.enum(["ok", "down"]);

export const healthOutput = z.object({
  status: z.enum(["ok", "degraded"]),
  version: z.string(),
  uptimeSeconds: z.int(),
  services: z.object({
    database: serviceState,
    queue: serviceState,
    secretKey: z.enum(["ok", "mismatch"]),
    workers: z.object({
      backup: serviceState,
      restore: serviceState,
      scheduler: serviceState,
      health: serviceState,
      cleanup: serviceState,
      dbSync: serviceState,
      restoreDrill: serviceState,
    }),
  }),
  stats: z.object({
    datasourcesTotal: z.int(),
    datasourcesHealthy: z.int(),
    datasourcesCritical: z.int(),
    storagesTotal: z.int(),
    storagesAccessible: z.int(),
    jobsTotal: z.int(),
    jobsEnabled: z.int(),
    executionsToday: z.int(),
    executionsFailedToday: z.int(),
  }),
  /** Client programs of each datasource type on the machine that answers. */
  tools: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      /** Null where it is missing; then `install` says how to get it. */
      version: z.string().nullable(),
      install: z.string().optional(),
    }),
  ),
});
export type Health = z.infer<typeof healthOutput>;

export const getHealth = query({
  name: "health.get",
  summary: "The state of the services, counts, and the client programs that were found or are missing.",
  permission: "health.read",
  input: z.strictObject({}),
  output: healthOutput,
  run: async (db) => {
    const [stats, workers, secretKey, tools] = await Promise.all([
      countStats(db),
      liveWorkers(db),
      checkKey(db),
      listTools(),
    ]);
    const up = workers > 0 ? ("ok" as const) : ("down" as const);
    return {
      status: up === "ok" && secretKey === "ok" ? ("ok" as const) : ("degraded" as const),
      version: VERSION,
      uptimeSeconds: Math.round(process.uptime()),
      services: {
        database: "ok" as const,
        queue: "ok" as const,
        secretKey,
        // One worker process does all of these; what is not built yet is down, not fine.
        workers: {
          backup: up,
          restore: up,
          scheduler: up,
          health: up,
          cleanup: up,
          dbSync: "down" as const,
          restoreDrill: "down" as const,
        },
      },
      stats,
      tools,
    };
  },
});

/** Without paths: where programs lie on the server is nobody's business. */
async function listTools(): Promise<Health["tools"]> {
  const found = await Promise.all(
    engines.map(async (engine) =>
      (await engine.tools()).map(({ name, path, version, install }) => ({
        type: engine.type,
        name,
        version,
        ...(path === null ? { install } : {}),
      })),
    ),
  );
  return found.flat();
}

export async function liveWorkers(db: Db): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM workers
    WHERE last_seen_at > now() - make_interval(secs => ${WORKER_SILENT_SECONDS})`;
  return rows[0]?.count ?? 0;
}

/** All counts in one round trip. "Today" is the UTC day. */
export async function countStats(db: Db): Promise<Health["stats"]> {
  const rows = await db.$queryRaw<Health["stats"][]>`
    SELECT
      (SELECT count(*)::int FROM datasources) AS "datasourcesTotal",
      (SELECT count(*)::int FROM datasources WHERE status IN ('healthy', 'warning')) AS "datasourcesHealthy",
      (SELECT count(*)::int FROM datasources WHERE status = 'critical') AS "datasourcesCritical",
      (SELECT count(*)::int FROM storage_locations) AS "storagesTotal",
      (SELECT count(*)::int FROM storage_locations
        WHERE status <> 'unreachable' AND last_health_check_at IS NOT NULL) AS "storagesAccessible",
      (SELECT count(*)::int FROM backup_jobs) AS "jobsTotal",
      (SELECT count(*)::int FROM backup_jobs WHERE enabled) AS "jobsEnabled",
      (SELECT count(*)::int FROM backup_executions
        WHERE created_at >= date_trunc('day', now(), 'UTC')) AS "executionsToday",
      (SELECT count(*)::int FROM backup_executions
        WHERE created_at >= date_trunc('day', now(), 'UTC') AND status = 'failed') AS "executionsFailedToday"`;
  const [stats] = rows;
  if (!stats) throw new Error("the counts came back empty");
  return stats;
}
