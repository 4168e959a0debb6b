import { AppError } from "#lib/core/errors";
import { engineFor } from "#lib/engines/registry";
import { askDatasource } from "#lib/features/datasources/ask-datasource";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceDatabases, datasourceId } from "#lib/features/datasources/schema";
import { query } from "#lib/features/use-case";

const LIMIT_MS = 15_000;

export const listDatabases = query({
  name: "datasource.databases",
  summary: "The databases of a datasource's server by name, without the server's own.",
  permission: "datasources.read",
  input: datasourceId,
  output: datasourceDatabases,
  run: async (db, input, ctx) => {
    const row = await findDatasource(db, ctx, input.id);
    const { databases: supported, label } = engineFor(row.type);
    if (!supported) throw new AppError("SCHEMA_NOT_SUPPORTED", `${label} has no several databases.`);
    const databases = await askDatasource(ctx, row, {
      purpose: "databases",
      limitMs: LIMIT_MS,
      database: undefined,
      ask: async (engine, config, io) => (await engine.databases?.list(config, io)) ?? [],
    });
    return { databases };
  },
});
