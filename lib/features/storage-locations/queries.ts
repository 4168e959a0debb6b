import { z } from "zod";
import { AppError } from "#lib/core/errors";
import type { Permission } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import { choices, MAX_CHOICES, paged, pageOf, slice } from "#lib/features/paging";
import { idInScope, scopeIds } from "#lib/features/scope";
import { presentStorage } from "#lib/features/storage-locations/present";
import {
  listStorageInput,
  storageId,
  storageLocation,
  storageSummary,
} from "#lib/features/storage-locations/schema";
import { query } from "#lib/features/use-case";

export const listStorageLocations = query({
  name: "storage.list",
  summary: "Storage locations, by name.",
  permission: "storage.read",
  input: listStorageInput,
  output: pageOf(storageSummary),
  run: async (db, input, ctx) => {
    const where: Prisma.StorageLocationWhereInput = {
      id: scopeIds(ctx, "storage.read", "storage_location"),
      ...(input.type ? { type: input.type } : {}),
      // What nobody has looked at yet is in no state.
      ...(input.status ? { status: input.status, lastHealthCheckAt: { not: null } } : {}),
    };
    const [rows, total] = await Promise.all([
      db.storageLocation.findMany({
        where,
        ...slice(input),
        orderBy: [{ name: "asc" }, { id: "asc" }],
        include: { _count: { select: { jobs: true } } },
      }),
      db.storageLocation.count({ where }),
    ]);
    const usage = await db.backupCopy.groupBy({
      by: ["storageLocationId"],
      where: { status: "stored", storageLocationId: { in: rows.map((row) => row.id) } },
      _count: { _all: true },
      _sum: { sizeBytes: true },
    });
    const used = new Map(usage.map((group) => [group.storageLocationId, group]));
    const data = rows.map((row) => ({
      ...presentStorage(row),
      jobsCount: row._count.jobs,
      backupsCount: used.get(row.id)?._count._all ?? 0,
      usedBytes: used.get(row.id)?._sum.sizeBytes ?? 0n,
    }));
    return paged(data, total, input);
  },
});

/** For a filter: a list would load what nobody sees there. */
export const storageChoices = query({
  name: "storage.choices",
  summary: "The first hundred storage locations, by name.",
  permission: "storage.read",
  input: z.strictObject({}),
  output: choices,
  run: (db, _input, ctx) =>
    db.storageLocation.findMany({
      where: { id: scopeIds(ctx, "storage.read", "storage_location") },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: MAX_CHOICES,
    }),
});

export const getStorageLocation = query({
  name: "storage.get",
  summary: "One storage location.",
  permission: "storage.read",
  input: storageId,
  output: storageLocation,
  run: async (db, input, ctx) => presentStorage(await findStorage(db, ctx, input.id)),
});

/** The row within the caller's scope of reading and of what `permission` is about, or 404. */
export async function findStorage(
  db: Pick<Db, "storageLocation">,
  ctx: Context,
  id: string,
  permission: Permission = "storage.read",
) {
  const row = await db.storageLocation.findFirst({
    where: { AND: idInScope(ctx, id, "storage_location", ["storage.read", permission]) },
  });
  if (!row) throw new AppError("NOT_FOUND", "There is no such storage location.");
  return row;
}
