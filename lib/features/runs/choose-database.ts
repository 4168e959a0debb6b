import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import type { BackupExecution, BackupJob } from "#lib/db/generated/client";
import type { Engine, EngineIo } from "#lib/engines/types";
import { heldBy, type Lease, leaseLost } from "#lib/features/executions/lease";
import { type EnqueueSource, insertBackup } from "#lib/features/executions/queue-execution";
import { patiently } from "#lib/features/runs/patiently";

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
  await patiently(() =>
    db.$transaction(async (tx) => {
      const held = await tx.backupExecution.updateManyAndReturn({
        where: heldBy(lease),
        data: { groupId: row.id },
        select: { databaseName: true },
      });
      if (held.length === 0) throw leaseLost();
      // Chosen before, where only the answer to that was lost.
      if (held[0]?.databaseName !== null) return;
      await tx.backupExecution.update({ where: { id: row.id }, data: { databaseName: first } });
      for (const databaseName of others)
        await insertBackup(tx, job, source, { databaseName, groupId: row.id });
    }),
  );
  io.log("info", `${names.length} databases: this is ${first}, each other one has its own execution`);
  return first;
}
