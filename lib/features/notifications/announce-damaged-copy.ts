import type { Tx } from "#lib/db/client";

/** Writes the notification of one copy of a backup that was found damaged, while there is another one. */
export async function announceDamagedCopy(
  tx: Tx,
  copy: { readonly executionId: string; readonly storageLocationId: string },
  why: string,
): Promise<void> {
  const { execution, storageLocation } = await tx.backupCopy.findUniqueOrThrow({
    where: { executionId_storageLocationId: copy },
    include: { execution: { include: { job: true } }, storageLocation: true },
  });
  const metadata = execution.metadata as { job_name?: unknown };
  const name = String(execution.job?.name ?? metadata.job_name ?? "unnamed");
  await tx.notification.create({
    data: {
      type: "integrity_failed",
      severity: "critical",
      entityType: "storage_location",
      entityId: copy.storageLocationId,
      title: `A backup of ${name} is damaged on ${storageLocation.name}`,
      message: `${why} Make it whole from another copy.`,
      metadata: { execution_id: execution.id, storage_location_id: copy.storageLocationId },
    },
  });
}
