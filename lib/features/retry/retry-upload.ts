import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import { isRestorable } from "#lib/features/executions/present";
import { findExecution } from "#lib/features/executions/queries";
import { executionId, queuedExecution } from "#lib/features/executions/schema";
import { command } from "#lib/features/use-case";
import { enqueue } from "#lib/tasks/enqueue";

export const retryUpload = command({
  name: "execution.retry_upload",
  summary: "Makes the copies that a storage failed to take whole, from one that is.",
  permission: "executions.control",
  input: executionId,
  output: queuedExecution,
  run: async (tx, input, ctx) => {
    const row = await findExecution(tx, ctx, input.id, "executions.control");
    if (!isRestorable(row)) {
      throw new AppError("EXECUTION_NOT_RETRIABLE", "Only a completed backup has copies to be made whole.");
    }
    await tx.$queryRaw`SELECT 1 FROM backup_executions WHERE id = ${row.id}::uuid FOR UPDATE`;
    const count = await markMissing(tx, row);
    if (count === 0) {
      throw new AppError("EXECUTION_NOT_RETRIABLE", "Every storage of this backup holds a whole copy.");
    }
    await enqueue(tx, "repair-copies", { executionId: row.id });
    const message = count === 1 ? "A copy is being made." : `${count} copies are being made.`;
    return { executionId: row.id, status: "queued" as const, message };
  },
  audit: (_result, input) => ({ resourceType: "execution", resourceId: input.id }),
});

/** Marks what the run failed to store, and what its job has gained since. Answers how many copies that is. */
async function markMissing(tx: Tx, row: { id: string; jobId: string | null }): Promise<number> {
  const copies = await tx.backupCopy.findMany({ where: { executionId: row.id } });
  const stored = copies.find((copy) => copy.status === "stored");
  if (!stored) return 0;
  const job = row.jobId ? await tx.backupJob.findUnique({ where: { id: row.jobId } }) : null;
  const options = job?.backupOptions as BackupOptions | undefined;
  // A fallback job wants one copy, which it has; its other storages were only offers.
  const wanted =
    job && options?.storage_strategy === "replicate"
      ? [job.storageLocationId, ...options.storage_targets.map((target) => target.storage_location_id)]
      : [];
  const failed = copies.filter((copy) => copy.status === "failed").map((copy) => copy.storageLocationId);
  const known = new Set(copies.map((copy) => copy.storageLocationId));
  const missing = new Set([...failed, ...wanted.filter((id) => !known.has(id))]);
  const waiting = { status: "copying" as const, errorMessage: null, updatedAt: new Date(0) };
  for (const storageLocationId of missing) {
    const key = { executionId: row.id, storageLocationId };
    const { backupPath, manifestPath } = stored;
    await tx.backupCopy.upsert({
      where: { executionId_storageLocationId: key },
      create: { ...key, ...waiting, backupPath, manifestPath },
      update: { ...waiting, backupPath, manifestPath },
    });
  }
  return missing.size;
}
