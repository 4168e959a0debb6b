import type { Db } from "#lib/db/client";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { log } from "#lib/log";
import { removeArtifact } from "#lib/pipeline/manifest";

/**
 * Removes what an attempt left on its storages, unless the execution is listed as completed or somebody is
 * just deciding over it. What cannot be removed now is found again by the next sweep.
 */
export async function discardUnlessCompleted(db: Db, executionId: string): Promise<void> {
  const row = await db.backupExecution.findUnique({ where: { id: executionId } });
  if (row && row.status !== "failed" && row.status !== "cancelled") return;
  if (row?.operation !== "backup") return;
  const metadata = row.metadata as { directory?: unknown; target_storage_ids?: unknown };
  if (typeof metadata.directory !== "string" || !Array.isArray(metadata.target_storage_ids)) return;
  const storages = await db.storageLocation.findMany({
    where: { id: { in: metadata.target_storage_ids.map(String) } },
  });
  for (const storage of storages) {
    const adapter = openStorage(storage);
    try {
      await removeArtifact(adapter, metadata.directory);
    } catch (error) {
      log.warn(
        { component: "worker", executionId, storage: storage.name, err: error },
        "partial files not removed",
      );
    } finally {
      await adapter.close();
    }
  }
}
