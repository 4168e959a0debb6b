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
  lastCheck: z
    .object({
      checkedAt: z.date(),
      ok: z.boolean(),
      latencyMs: z.int().nullable(),
      errorMessage: z.string().nullable(),
    })
    .nullable(),
});
export type StorageUse = z.infer<typeof storageUse>;

export const getStorageUse = query({
  name: "storage.use",
  summary: "What lies on a storage location, which jobs write there, and how its last check went.",
  permission: "storage.read",
  input: storageId,
  output: storageUse,
  run: async (db, input, ctx) => {
    const { id } = await findStorage(db, ctx, input.id);
    const [stored, jobs, check] = await Promise.all([
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
      db.storageHealthCheck.findFirst({
        where: { storageLocationId: id },
        orderBy: { checkedAt: "desc" },
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
      lastCheck: check && {
        checkedAt: check.checkedAt,
        ok: check.status === "ok",
        latencyMs: check.latencyMs,
        errorMessage: check.errorMessage,
      },
    };
  },
});
