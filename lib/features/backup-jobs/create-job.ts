import { checkReferences, planNext } from "#lib/features/backup-jobs/check-job";
import { jobWithNames, presentJob } from "#lib/features/backup-jobs/present";
import { backupJob, createJobInput } from "#lib/features/backup-jobs/schema";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";

export const createJob = command({
  name: "backup_job.create",
  summary: "Adds a backup job.",
  permission: "backup_jobs.write",
  input: createJobInput,
  output: backupJob,
  run: async (tx, input, ctx) => {
    const nextExecutionAt = planNext(input.scheduleCron, input.scheduleTimezone, input.enabled);
    await checkReferences(tx, ctx, { ...input, options: input.backupOptions });
    const row = await withUniqueName("backup job", input.name, () =>
      tx.backupJob.create({ data: { ...input, nextExecutionAt }, ...jobWithNames }),
    );
    return presentJob(row);
  },
  audit: (result) => ({
    resourceType: "backup_job",
    resourceId: result.id,
    changes: {
      name: result.name,
      schedule_cron: result.scheduleCron,
      schedule_timezone: result.scheduleTimezone,
    },
  }),
});
