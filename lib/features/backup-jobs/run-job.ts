import { AppError } from "#lib/core/errors";
import { findJob } from "#lib/features/backup-jobs/queries";
import { jobId } from "#lib/features/backup-jobs/schema";
import { queueBackup } from "#lib/features/executions/queue-execution";
import { queuedExecution } from "#lib/features/executions/schema";
import { command } from "#lib/features/use-case";

export const runJob = command({
  name: "backup_job.run",
  summary: "Queues a backup now. The schedule goes on as before.",
  permission: "backup_jobs.run",
  input: jobId,
  output: queuedExecution,
  critical: { action: "backup_job.run", resource: (input) => ({ type: "backup_job", id: input.id }) },
  run: async (tx, input, ctx) => {
    const job = await findJob(tx, ctx, input.id, "backup_jobs.run");
    if (!job.datasource.enabled) {
      throw new AppError("CONFLICT", `The datasource “${job.datasource.name}” is disabled. Enable it first.`);
    }
    const executionId = await queueBackup(tx, job, "manual");
    return { executionId, status: "queued" as const, message: `A backup of “${job.name}” is queued.` };
  },
  audit: (result, input) => ({
    resourceType: "backup_job",
    resourceId: input.id,
    metadata: { execution_id: result.executionId },
  }),
});
