import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { findJob } from "#lib/features/backup-jobs/queries";
import { jobId } from "#lib/features/backup-jobs/schema";
import { liveRunOf } from "#lib/features/executions/queue-execution";
import { command } from "#lib/features/use-case";

export const deleteJob = command({
  name: "backup_job.delete",
  summary: "Removes a backup job. Its backups stay, and no policy removes them any more.",
  permission: "backup_jobs.write",
  input: jobId,
  output: z.object({ id: z.uuid(), name: z.string() }),
  critical: { action: "backup_job.delete", resource: (input) => ({ type: "backup_job", id: input.id }) },
  run: async (tx, input, ctx) => {
    const row = await findJob(tx, ctx, input.id, "backup_jobs.write");
    const live = await liveRunOf(tx, row.id);
    if (live) {
      throw new AppError(
        "CONFLICT",
        `A backup of this job is ${live.status}. Cancel it or wait for its end.`,
        {
          details: { execution_id: live.id },
        },
      );
    }
    await tx.backupJob.delete({ where: { id: row.id } });
    return { id: row.id, name: row.name };
  },
  audit: (result) => ({ resourceType: "backup_job", resourceId: result.id, changes: { name: result.name } }),
});
