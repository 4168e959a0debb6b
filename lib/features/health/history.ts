import { z } from "zod";
import { HEALTH_CHECK_STATUSES, type HealthCheckStatus } from "#lib/core/check-status";
import type { Db } from "#lib/db/client";
import { Prisma } from "#lib/db/generated/client";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceId } from "#lib/features/datasources/schema";
import { healthCheckIntervalMs } from "#lib/features/settings/limits";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId } from "#lib/features/storage-locations/schema";
import { query } from "#lib/features/use-case";

const HALF_HOUR_MS = 1_800_000;
const HALF_HOURS = 7 * 48;
const OUTAGES_SHOWN = 5;

/** A stretch of time with what its checks found; `latencyMs` is the mean of the good ones. */
const period = z.object({
  from: z.date(),
  to: z.date(),
  checks: z.int(),
  failed: z.int(),
  latencyMs: z.number().nullable(),
});
export type HealthPeriod = z.infer<typeof period>;

/** Failed checks in a row, from the first of them to the next good one (null: it goes on). */
const outage = z.object({
  startedAt: z.date(),
  endedAt: z.date().nullable(),
  failures: z.int(),
  status: z.enum(HEALTH_CHECK_STATUSES),
  reason: z.string().nullable(),
});
export type Outage = z.infer<typeof outage>;

const healthHistory = z.object({
  everyMs: z.int(),
  last: z
    .object({
      checkedAt: z.date(),
      status: z.enum(HEALTH_CHECK_STATUSES),
      latencyMs: z.int().nullable(),
      errorMessage: z.string().nullable(),
      serverVersion: z.string().nullable(),
    })
    .nullable(),
  /** By half hours, oldest first. */
  day: z.array(period),
  /** By two hours, oldest first. */
  week: z.array(period),
  /** Of the last seven days, newest first. */
  outages: z.array(outage),
});
export type HealthHistory = z.infer<typeof healthHistory>;

export const getDatasourceHealth = query({
  name: "datasource.health",
  summary: "How the checks of a datasource went in the last seven days.",
  permission: "datasources.read",
  input: datasourceId,
  output: healthHistory,
  run: async (db, input, ctx) => {
    const { id } = await findDatasource(db, ctx, input.id);
    return historyOf(db, Prisma.sql`health_checks WHERE datasource_id = ${id}::uuid`);
  },
});

export const getStorageHealth = query({
  name: "storage.health",
  summary: "How the checks of a storage location went in the last seven days.",
  permission: "storage.read",
  input: storageId,
  output: healthHistory,
  run: async (db, input, ctx) => {
    const { id } = await findStorage(db, ctx, input.id);
    return historyOf(db, Prisma.sql`storage_health_checks WHERE storage_location_id = ${id}::uuid`);
  },
});

async function historyOf(db: Db, source: Prisma.Sql): Promise<HealthHistory> {
  const now = new Date();
  const [everyMs, last, counts, outages] = await Promise.all([
    healthCheckIntervalMs(db),
    lastCheck(db, source),
    countsByHalfHour(db, source, now),
    outagesOf(db, source),
  ]);
  const day = periodsOf(counts.slice(-48), HALF_HOUR_MS, 1, now);
  return { everyMs, last, day, week: periodsOf(counts, HALF_HOUR_MS, 4, now), outages };
}

async function lastCheck(db: Db, source: Prisma.Sql): Promise<HealthHistory["last"]> {
  const [row] = await db.$queryRaw<
    {
      checkedAt: Date;
      status: HealthCheckStatus;
      latencyMs: number | null;
      errorMessage: string | null;
      version: unknown;
    }[]
  >`
    SELECT checked_at AS "checkedAt", status, latency_ms AS "latencyMs", error_message AS "errorMessage",
      metadata->>'database_version' AS version
    FROM ${source} ORDER BY checked_at DESC LIMIT 1`;
  if (!row) return null;
  const { version, ...check } = row;
  return { ...check, serverVersion: typeof version === "string" ? version : null };
}

interface Counts {
  readonly checks: number;
  readonly failed: number;
  /** Of the good ones, in all. */
  readonly latency: number;
}

/** One entry for each half hour of the last seven days, oldest first, also where nothing was checked. */
async function countsByHalfHour(db: Db, source: Prisma.Sql, now: Date): Promise<Counts[]> {
  const rows = await db.$queryRaw<(Counts & { back: number })[]>`
    SELECT greatest(0, floor(extract(epoch FROM (${now}::timestamptz - checked_at)) / ${HALF_HOUR_MS / 1000}::int))::int AS back,
      count(*)::int AS checks, count(*) FILTER (WHERE status <> 'ok')::int AS failed,
      coalesce(sum(latency_ms) FILTER (WHERE status = 'ok'), 0)::float8 AS latency
    FROM ${source} AND checked_at > ${now}::timestamptz - interval '7 days' GROUP BY 1`;
  const found = new Map(rows.map((row) => [row.back, row]));
  const none = { checks: 0, failed: 0, latency: 0 };
  return Array.from({ length: HALF_HOURS }, (_, index) => found.get(HALF_HOURS - 1 - index) ?? none);
}

/** Joins `each` entries of `stepMs` to one period; the last one ends now. */
function periodsOf(counts: readonly Counts[], stepMs: number, each: number, now: Date): HealthPeriod[] {
  return Array.from({ length: counts.length / each }, (_, index) => {
    const part = counts.slice(index * each, (index + 1) * each);
    const sum = (key: keyof Counts) => part.reduce((total, entry) => total + entry[key], 0);
    const [checks, failed] = [sum("checks"), sum("failed")];
    const from = new Date(now.getTime() - (counts.length - index * each) * stepMs);
    return {
      from,
      to: new Date(from.getTime() + each * stepMs),
      checks,
      failed,
      latencyMs: checks > failed ? Math.round((sum("latency") / (checks - failed)) * 10) / 10 : null,
    };
  });
}

/** Failures that share the next good check belong together. */
async function outagesOf(db: Db, source: Prisma.Sql): Promise<Outage[]> {
  return db.$queryRaw<Outage[]>`
    SELECT min(checked_at) AS "startedAt", next_good AS "endedAt", count(*)::int AS failures,
      (array_agg(status ORDER BY checked_at DESC))[1] AS status,
      (array_agg(error_message ORDER BY checked_at DESC))[1] AS reason
    FROM (
      SELECT checked_at, status, error_message,
        min(checked_at) FILTER (WHERE status = 'ok') OVER (ORDER BY checked_at DESC) AS next_good
      FROM ${source} AND checked_at > now() - interval '7 days') checks
    WHERE status <> 'ok' GROUP BY next_good ORDER BY 1 DESC LIMIT ${OUTAGES_SHOWN}`;
}
