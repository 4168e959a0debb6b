import { AppError } from "#lib/core/errors";
import { foldScopes, scopeAllows } from "#lib/core/permissions";
import { engineFor } from "#lib/engines/registry";
import type { Context } from "#lib/features/context";
import { askDatasource } from "#lib/features/datasources/ask-datasource";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceSchema, datasourceSchemaInput } from "#lib/features/datasources/schema";
import { query } from "#lib/features/use-case";

const LIMIT_MS = 20_000;

export const getDatasourceSchema = query({
  name: "datasource.schema",
  summary: "Tables, views and collections of a datasource with their columns, sizes and estimates of rows.",
  permission: "datasources.read",
  input: datasourceSchemaInput,
  output: datasourceSchema,
  run: async (db, input, ctx) => {
    const row = await findDatasource(db, ctx, input.id);
    const { schema: supported, label } = engineFor(row.type);
    if (!supported) throw new AppError("SCHEMA_NOT_SUPPORTED", `${label} has no schema to show.`);
    const tables = await askDatasource(ctx, row, {
      purpose: "schema",
      limitMs: LIMIT_MS,
      database: input.database,
      ask: async (engine, config, io) => (await engine.schema?.(config, io)) ?? [],
    });
    // Documents are data, which to see takes more than to see what there is.
    if (mayQuery(ctx, row.id)) return { tables };
    return { tables: tables.map(({ samples: _, ...table }) => table) };
  },
});

function mayQuery({ actor }: Context, id: string): boolean {
  if (actor.kind !== "user") return actor.kind === "system";
  const scope = foldScopes(actor.scopes, "datasources.query", "datasource");
  return actor.permissions.has("datasources.query") && scopeAllows(scope, id);
}
