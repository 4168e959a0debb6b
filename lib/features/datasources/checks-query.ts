import { z } from "zod";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceId } from "#lib/features/datasources/schema";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

const SHOWN = 30;

const check = z.object({
  checkedAt: z.date(),
  status: z.enum(["ok", "timeout", "auth_failed", "unreachable", "error"]),
  latencyMs: z.int().nullable(),
  errorMessage: z.string().nullable(),
  serverVersion: z.string().nullable(),
});
export type DatasourceCheck = z.infer<typeof check>;

export const listDatasourceChecks = query({
  name: "datasource.checks",
  summary: "The last connection checks of a datasource, newest first.",
  permission: "datasources.read",
  input: datasourceId,
  output: z.array(check),
  run: async (db, input, ctx) => {
    const { id } = await findDatasource(db, ctx, input.id);
    const rows = await db.healthCheck.findMany({
      where: { datasourceId: id },
      orderBy: { checkedAt: "desc" },
      take: SHOWN,
    });
    return rows.map(({ checkedAt, status, latencyMs, errorMessage, metadata }) => {
      const { database_version: version } = metadata as { database_version?: unknown };
      return {
        checkedAt,
        status,
        latencyMs,
        errorMessage,
        serverVersion: typeof version === "string" ? version : null,
      };
    });
  },
});

export const listDatasourceTags = query({
  name: "datasource.tags",
  summary: "All tags in use, in order.",
  permission: "datasources.read",
  input: z.strictObject({}),
  output: z.array(z.string()),
  run: async (db, _input, ctx) => {
    const rows = await db.datasource.findMany({
      where: { id: scopeIds(ctx, "datasources.read", "datasource"), tags: { isEmpty: false } },
      select: { tags: true },
    });
    return [...new Set(rows.flatMap((row) => row.tags))].sort((a, b) => a.localeCompare(b));
  },
});
