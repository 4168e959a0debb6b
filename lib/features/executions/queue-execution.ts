import { randomUUID } from "node:crypto";
import { AppError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import type { BackupJob, Prisma } from "#lib/db/generated/client";
import { enqueue } from "#lib/tasks/enqueue";

export type EnqueueSource = "schedule" | "manual" | "api" | "retry" | "recovery";

/** What a queued backup is of, besides its job. */
export interface QueuedPart {
  /** The instant that the schedule asked for. */
  readonly scheduledFor?: Date;
  /** One of the several databases of the job, and the run that it belongs to. */
  readonly databaseName?: string | null;
  readonly groupId?: string | null;
}

/**
 * Inserts a queued backup of a job and rings the workers, in the caller's transaction. While another run of
 * the job (or of the same one of its databases) is queued or running it answers 409
 * EXECUTION_ALREADY_PROCESSING.
 */
export async function queueBackup(
  tx: Tx,
  job: BackupJob & { datasource: { name: string; enabled: boolean } },
  source: EnqueueSource,
  part: QueuedPart = {},
): Promise<string> {
  const live = await liveRunOf(tx, job.id, part.databaseName ?? null);
  if (live) {
    throw new AppError(
      "EXECUTION_ALREADY_PROCESSING",
      `A backup of “${job.name}” is already ${live.status}.`,
      {
        details: { execution_id: live.id },
      },
    );
  }
  return insertBackup(tx, job, source, part);
}

/** The row and its bell, without a look at what else runs: for the databases of a run that runs already. */
export async function insertBackup(
  tx: Tx,
  job: Pick<BackupJob, "id" | "name" | "datasourceId" | "storageLocationId"> & {
    datasource: { name: string };
  },
  source: EnqueueSource,
  part: QueuedPart,
): Promise<string> {
  const id = randomUUID();
  await tx.backupExecution.create({
    data: {
      id,
      jobId: job.id,
      datasourceId: job.datasourceId,
      storageLocationId: job.storageLocationId,
      operation: "backup",
      scheduledFor: part.scheduledFor ?? null,
      databaseName: part.databaseName ?? null,
      groupId: part.groupId ?? null,
      metadata: executionMetadata(job, source),
    },
  });
  await enqueue(tx, "backup", { executionId: id });
  return id;
}

/**
 * The run of a job that has not ended yet, if any; with a database's name, only what may back that one up.
 * Locks the job, so that two callers cannot both find none.
 */
export async function liveRunOf(tx: Tx, jobId: string, databaseName: string | null = null) {
  await tx.$queryRaw`SELECT 1 FROM backup_jobs WHERE id = ${jobId}::uuid FOR UPDATE`;
  return tx.backupExecution.findFirst({
    where: {
      jobId,
      operation: "backup",
      status: { in: ["queued", "running"] },
      // One without a name has not listed its databases yet: this may become one of them.
      ...(databaseName === null ? {} : { OR: [{ databaseName }, { databaseName: null }] }),
    },
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
