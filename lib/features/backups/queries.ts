import { z } from "zod";
import type { Prisma } from "#lib/db/generated/client";
import { engines } from "#lib/engines/registry";
import {
  backupDatasource,
  backupEntry,
  listBackupsInput,
  restoreTarget,
  UNASSIGNED,
} from "#lib/features/backups/schema";
import { findDatasource } from "#lib/features/datasources/queries";
import { executionPresenter, executionRow } from "#lib/features/executions/present";
import { paged, pageOf, slice } from "#lib/features/paging";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

/** Backups that can be offered: completed, whole, not on their way out. */
export const RESTORABLE = {
  operation: "backup",
  status: "completed",
  artifactRemovedAt: null,
  corruptAt: null,
  deleteRequestedAt: null,
} satisfies Prisma.BackupExecutionWhereInput;

export const listBackupDatasources = query({
  name: "backup.datasources",
  summary: "Datasources that have backups to restore from.",
  permission: "backups.read",
  input: z.strictObject({}),
  output: z.object({ data: z.array(backupDatasource) }),
  run: async (db, _input, ctx) => {
    const ids = scopeIds(ctx, "backups.read", "datasource");
    const groups = await db.backupExecution.groupBy({
      by: ["datasourceId"],
      where: { AND: [RESTORABLE, { datasourceId: ids }] },
      _count: { _all: true },
      _sum: { compressedSizeBytes: true },
      _max: { finishedAt: true, verifiedAt: true },
    });
    const rows = await db.datasource.findMany({
      where: { id: { in: groups.flatMap((group) => group.datasourceId ?? []) } },
      select: { id: true, name: true, type: true },
      orderBy: { name: "asc" },
    });
    const byId = new Map(groups.map((group) => [group.datasourceId, group]));
    const unassigned = byId.has(null) ? [{ id: null, name: null, type: null }] : [];
    return {
      data: [...rows, ...unassigned].map((row) => ({
        ...row,
        backupsCount: byId.get(row.id)?._count._all ?? 0,
        totalBytes: byId.get(row.id)?._sum.compressedSizeBytes ?? 0n,
        lastBackupAt: byId.get(row.id)?._max.finishedAt ?? null,
        lastVerifiedAt: byId.get(row.id)?._max.verifiedAt ?? null,
      })),
    };
  },
});

export const listBackupsOfDatasource = query({
  name: "backup.list",
  summary: "The backups of one datasource that can be restored, newest first.",
  permission: "backups.read",
  input: listBackupsInput,
  output: pageOf(backupEntry),
  run: async (db, input, ctx) => {
    const ids = scopeIds(ctx, "backups.read", "datasource");
    const where: Prisma.BackupExecutionWhereInput = {
      AND: [
        { ...RESTORABLE, datasourceId: input.datasourceId === UNASSIGNED ? null : input.datasourceId },
        { datasourceId: ids },
      ],
    };
    const [rows, total] = await Promise.all([
      db.backupExecution.findMany({
        where,
        ...slice(input),
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        omit: executionRow.omit,
        include: {
          ...executionRow.include,
          _count: { select: { chunks: true } },
          copies: { include: { storageLocation: { select: { name: true } } } },
        },
      }),
      db.backupExecution.count({ where }),
    ]);
    const present = await executionPresenter(db, rows);
    const data = rows.map((row) => ({
      ...present(row),
      checksum: row.checksum,
      chunksCount: row._count.chunks,
      storages: row.copies.map((copy) => ({
        id: copy.storageLocationId,
        name: copy.storageLocation.name,
        status: copy.status,
      })),
    }));
    return paged(data, total, input);
  },
});

export const listRestoreTargets = query({
  name: "backup.restore_targets",
  summary: "Datasources that a backup may be restored into; `datasource_id` keeps those of its type.",
  permission: "backups.restore",
  input: z.strictObject({ datasourceId: z.uuid().optional() }),
  output: z.object({ data: z.array(restoreTarget) }),
  run: async (db, input, ctx) => {
    const source = input.datasourceId ? await findDatasource(db, ctx, input.datasourceId) : null;
    const several = engines.filter((engine) => engine.databases !== undefined).map(({ type }) => type);
    const rows = await db.datasource.findMany({
      where: {
        id: scopeIds(ctx, "backups.restore", "datasource"),
        enabled: true,
        ...(source ? { type: source.type } : {}),
      },
      select: { id: true, name: true, type: true },
      orderBy: { name: "asc" },
      take: 500,
    });
    return { data: rows.map((row) => ({ ...row, severalDatabases: several.includes(row.type) })) };
  },
});
