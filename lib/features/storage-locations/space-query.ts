import { z } from "zod";
import type { Db } from "#lib/db/client";
import { scopeIds } from "#lib/features/scope";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId } from "#lib/features/storage-locations/schema";
import { query } from "#lib/features/use-case";

const DAYS = 30;

const storageSpace = z.object({
  /** Most space first. Jobs that are deleted, or out of the caller's scope, are one row without a name. */
  jobs: z.array(
    z.object({
      id: z.uuid().nullable(),
      name: z.string().nullable(),
      backupsCount: z.int(),
      usedBytes: z.bigint(),
      newestAt: z.date(),
    }),
  ),
  /** What was stored on each of the last 30 UTC days, oldest first, also where it has been removed since. */
  days: z.array(z.object({ day: z.string(), storedBytes: z.bigint(), backupsCount: z.int() })),
});
export type StorageSpace = z.infer<typeof storageSpace>;

export const getStorageSpace = query({
  name: "storage.space",
  summary:
    "What each job's backups take up on a storage location, and what came in on each of the last 30 days.",
  permission: "storage.read",
  input: storageId,
  output: storageSpace,
  run: async (db, input, ctx) => {
    const { id } = await findStorage(db, ctx, input.id);
    const [sums, days] = await Promise.all([usedByJob(db, id), storedByDay(db, id)]);
    const named = await db.backupJob.findMany({
      where: {
        AND: [
          { id: { in: sums.flatMap((sum) => sum.jobId ?? []) } },
          { id: scopeIds(ctx, "backup_jobs.read", "backup_job") },
        ],
      },
      select: { id: true, name: true },
    });
    const names = new Map(named.map((job) => [job.id, job.name]));
    const known = sums.flatMap(({ jobId, ...sum }) => {
      const name = jobId === null ? undefined : names.get(jobId);
      return name === undefined ? [] : [{ id: jobId, name, ...sum }];
    });
    const rest = sums.filter(({ jobId }) => jobId === null || !names.has(jobId));
    return { jobs: [...known, ...together(rest)], days };
  },
});

interface JobSum {
  readonly jobId: string | null;
  readonly backupsCount: number;
  readonly usedBytes: bigint;
  readonly newestAt: Date;
}

function usedByJob(db: Db, storageLocationId: string): Promise<JobSum[]> {
  return db.$queryRaw<JobSum[]>`
    SELECT e.job_id AS "jobId", count(*)::int AS "backupsCount",
      coalesce(sum(c.size_bytes), 0)::bigint AS "usedBytes", max(e.created_at) AS "newestAt"
    FROM backup_copies c JOIN backup_executions e ON e.id = c.execution_id
    WHERE c.storage_location_id = ${storageLocationId}::uuid AND c.status = 'stored'
    GROUP BY e.job_id ORDER BY "usedBytes" DESC, e.job_id`;
}

function together(sums: readonly JobSum[]) {
  if (sums.length === 0) return [];
  return [
    {
      id: null,
      name: null,
      backupsCount: sums.reduce((total, sum) => total + sum.backupsCount, 0),
      usedBytes: sums.reduce((total, sum) => total + sum.usedBytes, 0n),
      newestAt: new Date(Math.max(...sums.map((sum) => sum.newestAt.getTime()))),
    },
  ];
}

/** By the index on created_at: at most 30 days of executions are looked at, however many there are. */
function storedByDay(db: Db, storageLocationId: string) {
  return db.$queryRaw<{ day: string; storedBytes: bigint; backupsCount: number }[]>`
    WITH stored AS (
      SELECT date_trunc('day', e.created_at, 'UTC') AS day, sum(c.size_bytes) AS bytes, count(*) AS backups
      FROM backup_executions e JOIN backup_copies c
        ON c.execution_id = e.id AND c.storage_location_id = ${storageLocationId}::uuid
      WHERE e.created_at >= date_trunc('day', now(), 'UTC') - make_interval(days => ${DAYS - 1})
        AND c.status IN ('stored', 'removed')
      GROUP BY 1
    )
    SELECT to_char(b.day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
      coalesce(s.bytes, 0)::bigint AS "storedBytes", coalesce(s.backups, 0)::int AS "backupsCount"
    FROM (
      SELECT date_trunc('day', now(), 'UTC') - make_interval(days => back) AS day
      FROM generate_series(0, ${DAYS - 1}) AS back
    ) b LEFT JOIN stored s ON s.day = b.day
    ORDER BY b.day`;
}
