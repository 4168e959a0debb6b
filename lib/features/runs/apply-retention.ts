import type { RetentionPolicy } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import { expiredByCount } from "#lib/core/retention";
import type { Database } from "#lib/db/client";
import { writeAudit } from "#lib/features/audit/write-audit";
import { RESTORABLE } from "#lib/features/backups/queries";
import { systemContext } from "#lib/features/context";
import { reserveRemoval } from "#lib/features/executions/reserve-removal";
import { log } from "#lib/log";
import { enqueue } from "#lib/tasks/enqueue";

/**
 * Lets go of what a job's policy no longer keeps. Decides from the database alone, never from a listing; each
 * backup is taken out of reach in a transaction of its own, and its files go in a task afterwards.
 */
export async function applyRetention({ prisma }: Database, jobId: string): Promise<void> {
  const job = await prisma.backupJob.findUnique({ where: { id: jobId } });
  if (!job) return;
  const candidates = await prisma.backupExecution.findMany({
    where: { jobId, ...RESTORABLE, finishedAt: { not: null } },
    select: {
      id: true,
      finishedAt: true,
      pinned: true,
      verifiedAt: true,
      corruptAt: true,
      databaseName: true,
    },
  });
  const dated = candidates.flatMap((row) => (row.finishedAt ? [{ ...row, finishedAt: row.finishedAt }] : []));
  // Each database of a job has its own line of backups: one that is backed up often must not push out another.
  const doomed = Object.values(Object.groupBy(dated, (row) => `=${row.databaseName ?? ""}`)).flatMap((line) =>
    expiredByCount(line ?? [], job.retentionPolicy as RetentionPolicy),
  );
  for (const executionId of doomed) {
    try {
      await prisma.$transaction(async (tx) => {
        await reserveRemoval(tx, executionId);
        await enqueue(tx, "remove-artifact", { executionId });
        await writeAudit(tx, systemContext(prisma), {
          action: "execution.expire",
          resourceType: "execution",
          resourceId: executionId,
          metadata: { job_id: jobId, policy: job.retentionPolicy as object },
        });
      });
    } catch (error) {
      // In use by a restore or a download: the next success of the job asks again.
      if (!(error instanceof AppError)) throw error;
      log.info({ component: "retention", executionId, reason: error.message }, "backup kept for now");
    }
  }
}
