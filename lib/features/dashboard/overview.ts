import { z } from "zod";
import type { Db } from "#lib/db/client";
import { DATASOURCE_STATUSES } from "#lib/features/datasources/schema";
import { executionRow, presentExecutions } from "#lib/features/executions/present";
import { visibleExecutions } from "#lib/features/executions/queries";
import { execution } from "#lib/features/executions/schema";
import { scopeIds } from "#lib/features/scope";
import { countStats, healthOutput, liveWorkers } from "#lib/features/system/health";
import { query } from "#lib/features/use-case";

const upcomingJob = z.object({
  id: z.uuid(),
  name: z.string(),
  datasourceName: z.string(),
  nextExecutionAt: z.date(),
  scheduleTimezone: z.string(),
});
const datasourceHealth = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.string(),
  status: z.enum(DATASOURCE_STATUSES),
  lastHealthCheckAt: z.date().nullable(),
});
const dayCount = z.object({ day: z.string(), completed: z.int(), failed: z.int(), cancelled: z.int() });

export const overviewOutput = z.object({
  generatedAt: z.date(),
  stats: healthOutput.shape.stats.extend({
    successRate24h: z.number().nullable(),
    executions24hTotal: z.int(),
    storedBytes: z.bigint(),
    restoreDrill30dTotal: z.int(),
    restoreDrill30dSuccessRate: z.number().nullable(),
  }),
  services: z.object({ database: z.literal("ok"), queue: z.literal("ok"), workers: z.int() }),
  recentExecutions: z.array(execution),
  upcomingJobs: z.array(upcomingJob),
  datasourceHealth: z.array(datasourceHealth),
  executionsByDay: z.array(dayCount),
});
export type Overview = z.infer<typeof overviewOutput>;
export type ExecutionsOfDay = z.infer<typeof dayCount>;

export const getOverview = query({
  name: "dashboard.overview",
  summary: "What a person looks at first: counts, recent and coming runs, health.",
  permission: "dashboard.read",
  input: z.strictObject({}),
  output: overviewOutput,
  run: async (db, _input, ctx) => {
    const [stats, extra, workers, recent, upcoming, health, days] = await Promise.all([
      countStats(db),
      recentNumbers(db),
      liveWorkers(db),
      db.backupExecution.findMany({
        where: visibleExecutions(ctx),
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: 8,
        ...executionRow,
      }),
      db.backupJob.findMany({
        where: {
          id: scopeIds(ctx, "backup_jobs.read", "backup_job"),
          enabled: true,
          nextExecutionAt: { not: null },
        },
        orderBy: { nextExecutionAt: "asc" },
        take: 6,
        include: { datasource: { select: { name: true } } },
      }),
      db.datasource.findMany({
        where: { id: scopeIds(ctx, "datasources.read", "datasource") },
        orderBy: [{ status: "desc" }, { name: "asc" }],
        take: 12,
        select: { id: true, name: true, type: true, status: true, lastHealthCheckAt: true },
      }),
      executionsByDay(db),
    ]);
    return {
      generatedAt: new Date(),
      stats: { ...stats, ...extra },
      services: { database: "ok" as const, queue: "ok" as const, workers },
      recentExecutions: await presentExecutions(db, recent),
      upcomingJobs: upcoming.flatMap((job) =>
        job.nextExecutionAt
          ? [
              {
                id: job.id,
                name: job.name,
                datasourceName: job.datasource.name,
                nextExecutionAt: job.nextExecutionAt,
                scheduleTimezone: job.scheduleTimezone,
              },
            ]
          : [],
      ),
      datasourceHealth: health,
      executionsByDay: days,
    };
  },
});

async function recentNumbers(db: Db) {
  const [row] = await db.$queryRaw<
    { total: number; done: number; stored: bigint; drills: number; drills_done: number }[]
  >`
    SELECT
      (SELECT count(*)::int FROM backup_executions
        WHERE created_at > now() - interval '24 hours' AND status IN ('completed', 'failed')) AS total,
      (SELECT count(*)::int FROM backup_executions
        WHERE created_at > now() - interval '24 hours' AND status = 'completed') AS done,
      (SELECT coalesce(sum(size_bytes), 0)::bigint FROM backup_copies WHERE status = 'stored') AS stored,
      (SELECT count(*)::int FROM restore_drill_executions
        WHERE created_at > now() - interval '30 days' AND status IN ('completed', 'failed')) AS drills,
      (SELECT count(*)::int FROM restore_drill_executions
        WHERE created_at > now() - interval '30 days' AND status = 'completed') AS drills_done`;
  const rate = (done: number, total: number) => (total === 0 ? null : Math.round((done / total) * 1000) / 10);
  return {
    successRate24h: rate(row?.done ?? 0, row?.total ?? 0),
    executions24hTotal: row?.total ?? 0,
    storedBytes: row?.stored ?? 0n,
    restoreDrill30dTotal: row?.drills ?? 0,
    restoreDrill30dSuccessRate: rate(row?.drills_done ?? 0, row?.drills ?? 0),
  };
}

/** The last seven UTC days, oldest first, also those without a run. */
async function executionsByDay(db: Db) {
  return db.$queryRaw<{ day: string; completed: number; failed: number; cancelled: number }[]>`
    WITH days AS (
      SELECT generate_series(0, 6) AS back
    ), bounds AS (
      SELECT date_trunc('day', now(), 'UTC') - make_interval(days => back) AS day FROM days
    ), runs AS (
      SELECT date_trunc('day', created_at, 'UTC') AS day, status FROM backup_executions
      WHERE created_at >= date_trunc('day', now(), 'UTC') - interval '6 days'
    )
    SELECT to_char(b.day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
      count(*) FILTER (WHERE r.status = 'completed')::int AS completed,
      count(*) FILTER (WHERE r.status = 'failed')::int AS failed,
      count(*) FILTER (WHERE r.status = 'cancelled')::int AS cancelled
    FROM bounds b LEFT JOIN runs r ON r.day = b.day
    GROUP BY b.day ORDER BY b.day`;
}
