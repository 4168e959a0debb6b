import { z } from "zod";
import { scopeIds } from "#lib/features/scope";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId } from "#lib/features/storage-locations/schema";
import { query } from "#lib/features/use-case";

const storageUse = z.object({
  usedBytes: z.bigint(),
  backupsCount: z.int(),
  /** Jobs that write here; not `primary` where it is a further target. */
  jobs: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      datasourceName: z.string(),
      enabled: z.boolean(),
      nextExecutionAt: z.date().nullable(),
      primary: z.boolean(),
    }),
  ),
});
export type StorageUse = z.infer<typeof storageUse>;

export const getStorageUse = query({
  name: "storage.use",
  summary: "What lies on a storage location and which jobs write there.",
  permission: "storage.read",
  input: storageId,
  output: storageUse,
  run: async (db, input, ctx) => {
    const { id } = await findStorage(db, ctx, input.id);
    const [stored, jobs] = await Promise.all([
      db.backupCopy.aggregate({
        where: { storageLocationId: id, status: "stored" },
        _count: { _all: true },
        _sum: { sizeBytes: true },
      }),
      db.backupJob.findMany({
        where: {
          id: scopeIds(ctx, "backup_jobs.read", "backup_job"),
          OR: [
            { storageLocationId: id },
            { backupOptions: { path: ["storage_targets"], array_contains: [{ storage_location_id: id }] } },
          ],
        },
        orderBy: { name: "asc" },
        include: { datasource: { select: { name: true } } },
      }),
    ]);
    return {
      usedBytes: stored._sum.sizeBytes ?? 0n,
      backupsCount: stored._count._all,
      jobs: jobs.map((job) => ({
        id: job.id,
        name: job.name,
        datasourceName: job.datasource.name,
        enabled: job.enabled,
        nextExecutionAt: job.nextExecutionAt,
        primary: job.storageLocationId === id,
      })),
    };
  },
});
