import { z } from "zod";
import { executionRow, presentExecutions } from "#lib/features/executions/present";
import { visibleExecutions } from "#lib/features/executions/queries";
import { runGroups } from "#lib/features/executions/run-groups";
import { jobRun } from "#lib/features/executions/schema";
import { query } from "#lib/features/use-case";

export const listJobRuns = query({
  name: "execution.job_runs",
  summary: "The newest runs of a job; one over several databases counts as one.",
  permission: "executions.read",
  input: z.strictObject({ jobId: z.uuid(), limit: z.int().min(1).max(100).default(10) }),
  output: z.object({ data: z.array(jobRun), executionsCount: z.int() }),
  run: async (db, { jobId, limit }, ctx) => {
    // The first execution stands for its group; where it was deleted the others stand for themselves.
    const heads = await db.$queryRaw<{ id: string }[]>`
      SELECT e.id FROM backup_executions e
      WHERE e.job_id = ${jobId}::uuid AND e.delete_requested_at IS NULL
        AND (e.group_id IS NULL OR e.group_id = e.id OR NOT EXISTS (
          SELECT 1 FROM backup_executions h WHERE h.id = e.group_id AND h.delete_requested_at IS NULL))
      ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}`;
    const [rows, executionsCount] = await Promise.all([
      db.backupExecution.findMany({
        where: { AND: [visibleExecutions(ctx), { id: { in: heads.map(({ id }) => id) } }] },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        ...executionRow,
      }),
      db.backupExecution.count({ where: { AND: [visibleExecutions(ctx), { jobId }] } }),
    ]);
    const own = rows.filter((row) => row.groupId === row.id).map((row) => row.id);
    const [executions, groups] = await Promise.all([presentExecutions(db, rows), runGroups(db, own)]);
    const data = executions.map((execution) => {
      const group = groups.get(execution.id);
      if (!group) return { ...execution, databasesCount: null };
      // What is true of the first execution alone is not said of the run.
      return { ...execution, ...group, databaseName: null, verifiedAt: null, cancelRequestedAt: null };
    });
    return { data, executionsCount };
  },
});
