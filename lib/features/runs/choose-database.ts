import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import type { BackupExecution, BackupJob } from "#lib/db/generated/client";
import type { Engine, EngineIo } from "#lib/engines/types";
import { heldBy, type Lease, leaseLost } from "#lib/features/executions/lease";
import { type EnqueueSource, insertBackup } from "#lib/features/executions/queue-execution";

type Job = BackupJob & { datasource: { name: string } };

/**
 * Which database of the server an execution is for; null where its job names none and the datasource's own
 * is meant. The first execution of a run lists the databases, takes the first for itself and queues one more
 * execution for each other, all in one transaction: after a crash either none of them exists or all do.
 */
export async function chooseDatabase(
  db: Db,
  lease: Lease,
  of: { row: BackupExecution; job: Job; engine: Engine; config: object },
  io: EngineIo,
): Promise<string | null> {
  const { row, job, engine, config } = of;
  if (row.databaseName !== null) return row.databaseName;
  const { databases } = job.backupOptions as BackupOptions;
  if (databases === undefined) return null;
  if (!engine.databases) {
    throw new AppError(
      "VALIDATION_ERROR",
      `${engine.label} does not take several databases in one job. Edit the job.`,
    );
  }
  const names = databases === "all" ? await engine.databases.list(config, io) : [...new Set(databases)];
  const [first, ...others] = names;
  if (first === undefined) {
    throw new AppError("DUMP_FAILED", "The server holds no database that this login can see.");
  }
  const source = (row.metadata as { enqueue_source?: EnqueueSource }).enqueue_source ?? "schedule";
  await db.$transaction(async (tx) => {
    const { count } = await tx.backupExecution.updateMany({
      where: heldBy(lease),
      data: { databaseName: first, groupId: row.id },
    });
    if (count === 0) throw leaseLost();
    for (const databaseName of others) await insertBackup(tx, job, source, { databaseName, groupId: row.id });
  });
  io.log("info", `${names.length} databases: this is ${first}, each other one has its own execution`);
  return first;
}
