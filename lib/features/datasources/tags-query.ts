import { z } from "zod";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

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
