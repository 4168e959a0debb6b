import { randomUUID } from "node:crypto";
import { AppError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import type { BackupJob, Prisma } from "#lib/db/generated/client";
import { enqueue } from "#lib/tasks/enqueue";

export type EnqueueSource = "schedule" | "manual" | "api" | "retry" | "recovery";

/**
 * Inserts a queued backup of a job and rings the workers, in the caller's transaction. While another run of
 * the job is queued or running it answers 409 EXECUTION_ALREADY_PROCESSING.
 */
export async function queueBackup(
  tx: Tx,
  job: BackupJob & { datasource: { name: string; enabled: boolean } },
  source: EnqueueSource,
  scheduledFor: Date | null = null,
): Promise<string> {
  const live = await liveRunOf(tx, job.id);
  if (live) {
    throw new AppError(
      "EXECUTION_ALREADY_PROCESSING",
      `A backup of “${job.name}” is already ${live.status}.`,
      {
        details: { execution_id: live.id },
      },
    );
  }
  const id = randomUUID();
  await tx.backupExecution.create({
    data: {
      id,
      jobId: job.id,
      datasourceId: job.datasourceId,
      storageLocationId: job.storageLocationId,
      operation: "backup",
      scheduledFor,
      metadata: executionMetadata(job, source),
    },
  });
  await enqueue(tx, "backup", { executionId: id });
  return id;
}

/** The run of a job that has not ended yet, if any. Locks the job, so that two callers cannot both find none. */
export async function liveRunOf(tx: Tx, jobId: string) {
  await tx.$queryRaw`SELECT 1 FROM backup_jobs WHERE id = ${jobId}::uuid FOR UPDATE`;
  return tx.backupExecution.findFirst({
    where: { jobId, operation: "backup", status: { in: ["queued", "running"] } },
    select: { id: true, status: true },
  });
}

export function executionMetadata(
  job: { name: string; datasource: { name: string } },
  source: EnqueueSource,
): Prisma.InputJsonObject {
  return {
    operation: "backup",
    enqueue_source: source,
    job_name: job.name,
    datasource_name: job.datasource.name,
  };
}
