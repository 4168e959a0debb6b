import { z } from "zod";
import { engines } from "#lib/engines/registry";
import { querySource } from "#lib/features/datasources/schema";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

const MOST = 1000;

export const listQuerySources = query({
  name: "datasource.query_sources",
  summary: "Datasources that this person may look into, by name.",
  permission: "datasources.query",
  input: z.strictObject({}),
  output: z.array(querySource),
  run: async (db, _input, ctx) => {
    const open = engines.filter((engine) => engine.query !== undefined || engine.schema !== undefined);
    const asked = open.filter((engine) => engine.query !== undefined).map((engine) => engine.type);
    const rows = await db.datasource.findMany({
      where: {
        AND: [
          { id: scopeIds(ctx, "datasources.read", "datasource") },
          { id: scopeIds(ctx, "datasources.query", "datasource") },
        ],
        type: { in: open.map((engine) => engine.type) },
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: MOST,
      select: { id: true, name: true, type: true },
    });
    return rows.map((row) => ({ ...row, takesStatements: asked.includes(row.type) }));
  },
});
