import type { BackupOptions } from "#lib/core/backup-options";
import type { Prisma } from "#lib/db/generated/client";
import { checkReferences, planNext } from "#lib/features/backup-jobs/check-job";
import { jobWithNames, presentJob } from "#lib/features/backup-jobs/present";
import { findJob } from "#lib/features/backup-jobs/queries";
import { backupJob, updateJobInput } from "#lib/features/backup-jobs/schema";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";

export const updateJob = command({
  name: "backup_job.update",
  summary: "Changes a backup job. A new schedule counts from now.",
  permission: "backup_jobs.write",
  input: updateJobInput,
  output: backupJob,
  run: async (tx, { id, ...input }, ctx) => {
    const row = await findJob(tx, ctx, id, "backup_jobs.write");
    const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const next = { ...row, ...changes };
    await checkReferences(tx, ctx, { ...next, options: next.backupOptions as BackupOptions });
    const rescheduled = ["scheduleCron", "scheduleTimezone", "enabled"].some((key) => key in changes);
    const updated = await withUniqueName("backup job", input.name, () =>
      tx.backupJob.update({
        where: { id: row.id },
        data: {
          ...(changes as Prisma.BackupJobUncheckedUpdateInput),
          ...(rescheduled
            ? {
                nextExecutionAt: planNext(next.scheduleCron, next.scheduleTimezone, next.enabled),
                scheduleError: null,
              }
            : {}),
        },
        ...jobWithNames,
      }),
    );
    return presentJob(updated);
  },
  audit: (result, input) => ({
    resourceType: "backup_job",
    resourceId: result.id,
    changes: { name: result.name, changed: Object.keys(input).filter((key) => key !== "id") },
  }),
});
