import type { Database, Db } from "#lib/db/client";
import type { BackupCopy, StorageLocation } from "#lib/db/generated/client";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { removeArtifact as removeFiles } from "#lib/pipeline/manifest";

/**
 * Removes the files of a backup that was taken out of reach before. A storage that cannot be reached makes
 * this throw in the end, so that the queue tries again later; what is done stays done.
 */
export async function removeArtifact({ prisma }: Database, executionId: string): Promise<void> {
  const row = await prisma.backupExecution.findUnique({
    where: { id: executionId },
    include: { copies: { include: { storageLocation: true } } },
  });
  if (!row?.artifactRemovedAt) return;
  const failures: Error[] = [];
  for (const copy of row.copies) {
    if (copy.status === "removed") continue;
    try {
      await removeCopy(prisma, copy);
    } catch (error) {
      // One storage that is away does not keep the others full.
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join(" · "));
  }
  if (row.deleteRequestedAt) await prisma.backupExecution.delete({ where: { id: executionId } });
  await notifyExecution(prisma, executionId);
}

async function removeCopy(
  db: Db,
  { executionId, storageLocationId, ...copy }: BackupCopy & { storageLocation: StorageLocation },
): Promise<void> {
  const adapter = openStorage(copy.storageLocation);
  try {
    await removeFiles(adapter, copy.backupPath);
  } finally {
    await adapter.close();
  }
  await db.backupCopy.update({
    where: { executionId_storageLocationId: { executionId, storageLocationId } },
    data: { status: "removed" },
  });
}
