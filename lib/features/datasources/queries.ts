import { z } from "zod";
import { AppError } from "#lib/core/errors";
import type { Permission } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import { presentDatasource } from "#lib/features/datasources/present";
import {
  datasource,
  datasourceId,
  datasourceSummary,
  listDatasourcesInput,
} from "#lib/features/datasources/schema";
import { latestBackupsOfDatasources } from "#lib/features/executions/latest-runs";
import { choices, MAX_CHOICES, paged, pageOf, slice } from "#lib/features/paging";
import { idInScope, scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

export const listDatasources = query({
  name: "datasource.list",
  summary: "Datasources, by name.",
  permission: "datasources.read",
  input: listDatasourcesInput,
  output: pageOf(datasourceSummary),
  run: async (db, input, ctx) => {
    const where: Prisma.DatasourceWhereInput = {
      id: scopeIds(ctx, "datasources.read", "datasource"),
      ...(input.type ? { type: input.type } : {}),
      ...(input.status ? { status: input.status } : {}),
      ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
      ...(input.tag ? { tags: { has: input.tag } } : {}),
    };
    const [rows, total] = await Promise.all([
      db.datasource.findMany({
        where,
        ...slice(input),
        orderBy: [{ name: "asc" }, { id: "asc" }],
        include: { _count: { select: { jobs: true } } },
      }),
      db.datasource.count({ where }),
    ]);
    const latest = await latestBackupsOfDatasources(
      db,
      rows.map((row) => row.id),
    );
    const data = rows.map((row) => ({
      ...presentDatasource(row),
      jobsCount: row._count.jobs,
      lastBackupAt: latest.get(row.id)?.finishedAt ?? null,
      lastBackupStatus: latest.get(row.id)?.status ?? null,
    }));
    return paged(data, total, input);
  },
});

/** For a filter: a list would load what nobody sees there. */
export const datasourceChoices = query({
  name: "datasource.choices",
  summary: "The first hundred datasources, by name.",
  permission: "datasources.read",
  input: z.strictObject({}),
  output: choices,
  run: (db, _input, ctx) =>
    db.datasource.findMany({
      where: { id: scopeIds(ctx, "datasources.read", "datasource") },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: MAX_CHOICES,
    }),
});

export const getDatasource = query({
  name: "datasource.get",
  summary: "One datasource.",
  permission: "datasources.read",
  input: datasourceId,
  output: datasource,
  run: async (db, input, ctx) => presentDatasource(await findDatasource(db, ctx, input.id)),
});

/** The row within the caller's scope of reading and of what `permission` is about, or 404. */
export async function findDatasource(
  db: Pick<Db, "datasource">,
  ctx: Context,
  id: string,
  permission: Permission = "datasources.read",
) {
  const row = await db.datasource.findFirst({
    where: { AND: idInScope(ctx, id, "datasource", ["datasources.read", permission]) },
  });
  if (!row) throw new AppError("NOT_FOUND", "There is no such datasource.");
  return row;
}
