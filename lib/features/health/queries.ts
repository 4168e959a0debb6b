import type { Prisma } from "#lib/db/generated/client";
import {
  datasourceCheck,
  listDatasourceChecksInput,
  listStorageChecksInput,
  storageCheck,
} from "#lib/features/health/schema";
import { paged, pageOf, slice } from "#lib/features/paging";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

const NEWEST_FIRST = [{ checkedAt: "desc" as const }, { id: "desc" as const }];

export const listDatasourceChecks = query({
  name: "health.datasources",
  summary: "Health checks of datasources, newest first. They are kept for 30 days.",
  permission: "health.read",
  input: listDatasourceChecksInput,
  output: pageOf(datasourceCheck),
  run: async (db, input, ctx) => {
    const where: Prisma.HealthCheckWhereInput = {
      AND: [
        { datasourceId: scopeIds(ctx, "health.read", "datasource") },
        { datasourceId: scopeIds(ctx, "datasources.read", "datasource") },
        ...(input.datasourceId ? [{ datasourceId: input.datasourceId }] : []),
      ],
      ...(input.status ? { status: input.status } : {}),
      ...within(input),
    };
    const [rows, total] = await Promise.all([
      db.healthCheck.findMany({
        where,
        ...slice(input),
        orderBy: NEWEST_FIRST,
        include: { datasource: { select: { name: true } } },
      }),
      db.healthCheck.count({ where }),
    ]);
    const data = rows.map(({ datasource, metadata, ...row }) => ({
      ...row,
      datasourceName: datasource.name,
      metadata: metadata as Record<string, unknown>,
    }));
    return paged(data, total, input);
  },
});

export const listStorageChecks = query({
  name: "health.storage",
  summary: "Health checks of storage locations, newest first. They are kept for 30 days.",
  permission: "health.read",
  input: listStorageChecksInput,
  output: pageOf(storageCheck),
  run: async (db, input, ctx) => {
    const where: Prisma.StorageHealthCheckWhereInput = {
      AND: [
        { storageLocationId: scopeIds(ctx, "health.read", "storage_location") },
        { storageLocationId: scopeIds(ctx, "storage.read", "storage_location") },
        ...(input.storageLocationId ? [{ storageLocationId: input.storageLocationId }] : []),
      ],
      ...(input.status ? { status: input.status } : {}),
      ...within(input),
    };
    const [rows, total] = await Promise.all([
      db.storageHealthCheck.findMany({
        where,
        ...slice(input),
        orderBy: NEWEST_FIRST,
        include: { storageLocation: { select: { name: true } } },
      }),
      db.storageHealthCheck.count({ where }),
    ]);
    const data = rows.map(({ storageLocation, metadata: _, ...row }) => ({
      ...row,
      storageLocationName: storageLocation.name,
    }));
    return paged(data, total, input);
  },
});

function within({ from, to }: { from?: Date | undefined; to?: Date | undefined }) {
  if (!from && !to) return {};
  return { checkedAt: { ...(from ? { gte: from } : {}), ...(to ? { lte: to } : {}) } };
}
