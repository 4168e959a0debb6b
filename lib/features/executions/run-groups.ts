import type { Db } from "#lib/db/client";
import type { ExecutionStatus } from "#lib/features/executions/schema";

/** The executions of one run over several databases, taken together. */
export interface RunGroup {
  /** Of the first one that failed, else of the first. */
  readonly id: string;
  /** The worst of them: one failed, one still on its way, one cancelled, or all completed. */
  readonly status: ExecutionStatus;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** Null while one has not ended. */
  readonly finishedAt: Date | null;
  /** From the first start to the last end. */
  readonly durationSeconds: number | null;
  readonly sizeBytes: bigint | null;
  readonly compressedSizeBytes: bigint | null;
  readonly errorMessage: string | null;
  readonly databasesCount: number;
}

/**
 * Runs over several databases by their group's id. Of a database that ran again only the newest execution
 * counts. One index look-up per group.
 */
export async function runGroups(db: Db, groupIds: string[]): Promise<Map<string, RunGroup>> {
  if (groupIds.length === 0) return new Map();
  const rows = await db.$queryRaw<(RunGroup & { owner: string })[]>`
    SELECT o.id AS owner, g.* FROM unnest(${groupIds}::uuid[]) AS o(id)
    JOIN LATERAL (
      SELECT (array_agg(m.id ORDER BY (m.status = 'failed') DESC, m.created_at, m.id))[1] AS id,
        CASE WHEN bool_or(m.status = 'failed') THEN 'failed'
          WHEN bool_or(m.status = 'running') THEN 'running'
          WHEN bool_or(m.status = 'queued') AND bool_or(m.status = 'completed') THEN 'running'
          WHEN bool_or(m.status = 'queued') THEN 'queued'
          WHEN bool_or(m.status = 'cancelled') THEN 'cancelled'
          ELSE 'completed' END AS status,
        min(m.created_at) AS "createdAt", min(m.started_at) AS "startedAt",
        CASE WHEN bool_and(m.finished_at IS NOT NULL) THEN max(m.finished_at) END AS "finishedAt",
        CASE WHEN bool_and(m.finished_at IS NOT NULL)
          THEN extract(epoch FROM max(m.finished_at) - min(m.started_at))::float8 END AS "durationSeconds",
        sum(m.size_bytes)::bigint AS "sizeBytes",
        sum(m.compressed_size_bytes)::bigint AS "compressedSizeBytes",
        (array_agg(m.error_message ORDER BY (m.status = 'failed') DESC, m.created_at, m.id))[1]
          AS "errorMessage",
        count(*)::int AS "databasesCount"
      FROM (
        SELECT DISTINCT ON (database_name) * FROM backup_executions
        WHERE group_id = o.id AND delete_requested_at IS NULL
        ORDER BY database_name, created_at DESC, id DESC) m
      HAVING count(*) > 0) g ON true`;
  return new Map(rows.map(({ owner, ...group }) => [owner, group]));
}
