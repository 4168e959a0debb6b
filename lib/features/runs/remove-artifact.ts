import type { Database } from "#lib/db/client";
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
  const failures: unknown[] = [];
  for (const copy of row.copies) {
    if (copy.status === "removed") continue;
    const adapter = openStorage(copy.storageLocation);
    try {
      await removeFiles(adapter, copy.backupPath);
    } catch (error) {
      failures.push(error);
      continue;
    } finally {
      await adapter.close();
    }
    await prisma.backupCopy.update({
      where: {
        executionId_storageLocationId: { executionId, storageLocationId: copy.storageLocationId },
      },
      data: { status: "removed" },
    });
  }
  if (failures.length > 0) throw failures[0];
  if (row.deleteRequestedAt) await prisma.backupExecution.delete({ where: { id: executionId } });
  await notifyExecution(prisma, executionId);
}
