import type { Db } from "#lib/db/client";
import { runGroups } from "#lib/features/executions/run-groups";

/** The newest backup run of a job or of a datasource. */
export interface LatestRun {
  readonly id: string;
  readonly status: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly durationSeconds: number | null;
  readonly compressedSizeBytes: bigint | null;
}

/**
 * The newest run of each job, by job id: one index look-up per job, where an ORM's nested `take` would read
 * every execution there is. A run over several databases is one.
 */
export async function latestRunsOfJobs(db: Db, jobIds: string[]): Promise<Map<string, LatestRun>> {
  const rows = await db.$queryRaw<(LatestRun & { owner: string; groupId: string | null })[]>`
    SELECT o.id AS owner, e.* FROM unnest(${jobIds}::uuid[]) AS o(id)
    JOIN LATERAL (
      SELECT id, group_id AS "groupId", status::text, created_at AS "createdAt", finished_at AS "finishedAt",
        duration_seconds AS "durationSeconds", compressed_size_bytes AS "compressedSizeBytes"
      FROM backup_executions
      WHERE job_id = o.id AND operation = 'backup' AND delete_requested_at IS NULL
      ORDER BY created_at DESC LIMIT 1) e ON true`;
  const groups = await runGroups(
    db,
    rows.flatMap(({ groupId }) => groupId ?? []),
  );
  return new Map(rows.map(({ owner, groupId, ...run }) => [owner, groups.get(groupId ?? "") ?? run]));
}

/** The newest backup that ended well or badly, by datasource id. */
export async function latestBackupsOfDatasources(db: Db, ids: string[]): Promise<Map<string, LatestRun>> {
  const rows = await db.$queryRaw<(LatestRun & { owner: string })[]>`
    SELECT o.id AS owner, e.* FROM unnest(${ids}::uuid[]) AS o(id)
    JOIN LATERAL (
      SELECT id, status::text, created_at AS "createdAt", finished_at AS "finishedAt",
        duration_seconds AS "durationSeconds", compressed_size_bytes AS "compressedSizeBytes"
      FROM backup_executions
      WHERE datasource_id = o.id AND operation = 'backup' AND status IN ('completed', 'failed')
      ORDER BY created_at DESC LIMIT 1) e ON true`;
  return new Map(rows.map(({ owner, ...run }) => [owner, run]));
}
