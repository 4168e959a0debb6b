import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId } from "#lib/features/storage-locations/schema";
import { command } from "#lib/features/use-case";

export const deleteStorage = command({
  name: "storage.delete",
  summary: "Removes a storage location that no job uses and that holds no listed backups.",
  permission: "storage.write",
  input: storageId,
  output: z.object({ id: z.uuid(), name: z.string() }),
  critical: { action: "storage.delete", resource: (input) => ({ type: "storage_location", id: input.id }) },
  run: async (tx, input, ctx) => {
    const row = await findStorage(tx, ctx, input.id, "storage.write");
    await tx.$queryRaw`SELECT 1 FROM storage_locations WHERE id = ${row.id}::uuid FOR UPDATE`;
    const jobs = await tx.$queryRaw<{ id: string; name: string }[]>`
      SELECT id, name FROM backup_jobs
      WHERE storage_location_id = ${row.id}::uuid
         OR backup_options->'storage_targets' @> jsonb_build_array(jsonb_build_object('storage_location_id', ${row.id}::text))`;
    if (jobs.length > 0) {
      const names = jobs.map((job) => `“${job.name}”`).join(", ");
      throw new AppError("STORAGE_HAS_ACTIVE_JOBS", `${names} still use this storage. Delete them first.`, {
        details: { job_ids: jobs.map((job) => job.id) },
      });
    }
    const backups = await tx.backupCopy.count({ where: { storageLocationId: row.id, status: "stored" } });
    if (backups > 0) {
      const message = `${backups} backups lie on this storage. Delete them first, so that none is lost by accident.`;
      throw new AppError("CONFLICT", message, { details: { backups } });
    }
    await tx.backupCopy.deleteMany({ where: { storageLocationId: row.id } });
    await tx.storageLocation.delete({ where: { id: row.id } });
    return { id: row.id, name: row.name };
  },
  audit: (result) => ({
    resourceType: "storage_location",
    resourceId: result.id,
    changes: { name: result.name },
  }),
});
