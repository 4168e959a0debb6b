import { z } from "zod";
import type { Db } from "#lib/db/client";
import { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import { DATASOURCE_STATUSES, DATASOURCE_TYPES } from "#lib/features/datasources/schema";
import { scopeIds } from "#lib/features/scope";
import { healthCheckIntervalMs } from "#lib/features/settings/limits";
import { STORAGE_STATUSES, STORAGE_TYPES } from "#lib/features/storage-locations/schema";
import { liveWorkers } from "#lib/features/system/health";
import { query } from "#lib/features/use-case";

/** Of each kind; with more the ailing ones are shown, and the lists show the rest. */
const SHOWN = 100;
const LATENCIES = 40;

const shown = z.object({
  id: z.uuid(),
  name: z.string(),
  lastHealthCheckAt: z.date().nullable(),
  /** Of the newest checks in ms, oldest first; null for a failed one. */
  latencies: z.array(z.int().nullable()),
  lastError: z.object({ at: z.date(), message: z.string() }).nullable(),
});
const shownDatasource = shown.extend({
  type: z.enum(DATASOURCE_TYPES),
  status: z.enum(DATASOURCE_STATUSES),
  enabled: z.boolean(),
});
const shownStorage = shown.extend({
  type: z.enum(STORAGE_TYPES),
  status: z.enum(STORAGE_STATUSES),
  availableSpaceGb: z.number().nullable(),
});
export type ShownDatasource = z.infer<typeof shownDatasource>;
export type ShownStorage = z.infer<typeof shownStorage>;

export const getHealthOverview = query({
  name: "health.overview",
  summary: "Every datasource and storage location with its last checks, the ailing first.",
  permission: "health.read",
  input: z.strictObject({}),
  output: z.object({
    everyMs: z.int(),
    workers: z.int(),
    datasources: z.array(shownDatasource),
    datasourcesTotal: z.int(),
    storages: z.array(shownStorage),
    storagesTotal: z.int(),
  }),
  run: async (db, _input, ctx) => {
    const [everyMs, workers, datasources, storages] = await Promise.all([
      healthCheckIntervalMs(db),
      liveWorkers(db),
      datasourcesOf(db, ctx),
      storagesOf(db, ctx),
    ]);
    return {
      everyMs,
      workers,
      datasources: datasources.rows,
      datasourcesTotal: datasources.total,
      storages: storages.rows,
      storagesTotal: storages.total,
    };
  },
});

const AILING_FIRST = [
  { healthAlert: "desc" as const },
  { failedChecks: "desc" as const },
  { name: "asc" as const },
];

async function datasourcesOf(db: Db, ctx: Context): Promise<{ rows: ShownDatasource[]; total: number }> {
  const where = {
    AND: [
      { id: scopeIds(ctx, "health.read", "datasource") },
      { id: scopeIds(ctx, "datasources.read", "datasource") },
    ],
  };
  const select = { id: true, name: true, type: true, status: true, enabled: true, lastHealthCheckAt: true };
  const [rows, total] = await Promise.all([
    db.datasource.findMany({ where, select, orderBy: [{ enabled: "desc" }, ...AILING_FIRST], take: SHOWN }),
    db.datasource.count({ where }),
  ]);
  const checks = await checksOf(db, rows, Prisma.sql`health_checks WHERE datasource_id = o.id`);
  return { rows: rows.map((row) => ({ ...row, ...checks(row.id) })), total };
}

async function storagesOf(db: Db, ctx: Context): Promise<{ rows: ShownStorage[]; total: number }> {
  const where = {
    AND: [
      { id: scopeIds(ctx, "health.read", "storage_location") },
      { id: scopeIds(ctx, "storage.read", "storage_location") },
    ],
  };
  const select = {
    id: true,
    name: true,
    type: true,
    status: true,
    availableSpaceGb: true,
    lastHealthCheckAt: true,
  };
  const [rows, total] = await Promise.all([
    db.storageLocation.findMany({ where, select, orderBy: AILING_FIRST, take: SHOWN }),
    db.storageLocation.count({ where }),
  ]);
  const checks = await checksOf(db, rows, Prisma.sql`storage_health_checks WHERE storage_location_id = o.id`);
  return { rows: rows.map((row) => ({ ...row, ...checks(row.id) })), total };
}

type Checks = Pick<z.infer<typeof shown>, "latencies" | "lastError">;

/** The newest checks of each, all in one statement: two short looks into an index per row. */
async function checksOf(
  db: Db,
  owners: readonly { id: string }[],
  source: Prisma.Sql,
): Promise<(id: string) => Checks> {
  const ids = owners.map((owner) => owner.id);
  const rows = await db.$queryRaw<
    { id: string; latencies: (number | null)[] | null; at: Date | null; message: string | null }[]
  >`
    SELECT o.id, newest.latencies, failed.checked_at AS at, failed.error_message AS message
    FROM unnest(${ids}::uuid[]) AS o(id)
    CROSS JOIN LATERAL (
      SELECT array_agg(latency ORDER BY checked_at) AS latencies FROM (
        SELECT checked_at, CASE WHEN status = 'ok' THEN latency_ms END AS latency
        FROM ${source} ORDER BY checked_at DESC LIMIT ${LATENCIES}) c) newest
    LEFT JOIN LATERAL (
      SELECT checked_at, error_message FROM ${source} AND status <> 'ok'
      ORDER BY checked_at DESC LIMIT 1) failed ON true`;
  const found = new Map(rows.map((row) => [row.id, row]));
  return (id) => {
    const { latencies = null, at = null, message = null } = found.get(id) ?? {};
    return { latencies: latencies ?? [], lastError: at && { at, message: message ?? "" } };
  };
}
