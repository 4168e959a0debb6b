import { validationError } from "#lib/core/errors";
import { engineFor } from "#lib/engines/registry";
import type { DatasourceType } from "#lib/engines/types";
import type { Context } from "#lib/features/context";
import { checkDatasource } from "#lib/features/datasources/check-datasource";
import { type ProbedDatasource, probeDatasource } from "#lib/features/datasources/probe-datasource";
import { findDatasource } from "#lib/features/datasources/queries";
import {
  type ConnectionReport,
  connectionReport,
  datasourceId,
  needsTool,
  testDatasourceInput,
} from "#lib/features/datasources/schema";
import { mergeSecrets, openConfig, parseConfig } from "#lib/features/secrets/config";
import { command } from "#lib/features/use-case";

/** Tries an unsaved config. Nothing is stored. */
export const testDatasourceConfig = command({
  name: "datasource.test_config",
  summary: "Tries a connection that is not saved.",
  permission: "datasources.write",
  input: testDatasourceInput,
  output: connectionReport,
  prepare: async (input, ctx) => {
    const { config: schema } = engineFor(input.type);
    const stored = input.id === undefined ? {} : await storedConfig(ctx, input.id, input.type);
    const merged = mergeSecrets(schema, input.connectionConfig, stored, "connection_config");
    const config = parseConfig(schema, merged, "connection_config");
    return withTools({ type: input.type, config }, probeDatasource(ctx.db, input.type, config));
  },
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "datasource", metadata: { type: input.type } }),
});

/** Tries a saved datasource and keeps what was found, also a failure, as a health check. */
export const testDatasource = command({
  name: "datasource.test",
  summary: "Tries the connection of a datasource and records the result.",
  permission: "datasources.read",
  input: datasourceId,
  output: connectionReport,
  prepare: (input, ctx) => probeStored(ctx, input.id),
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "datasource", resourceId: input.id }),
});

async function storedConfig(ctx: Context, id: string, type: DatasourceType) {
  const row = await findDatasource(ctx.db, ctx, id, "datasources.write");
  if (row.type !== type)
    throw validationError([{ field: "type", message: "This datasource has another type." }]);
  return openConfig(engineFor(type).config, row.connectionConfig, { noun: "datasource", id });
}

async function probeStored(ctx: Context, id: string): Promise<ConnectionReport> {
  const row = await findDatasource(ctx.db, ctx, id);
  const of = { type: row.type, config: row.connectionConfig as object };
  return withTools(of, checkDatasource(ctx.db, row, { claimedAt: null }));
}

/** The tools that the datasource's own backups call. */
async function withTools(
  { type, config }: { type: DatasourceType; config: object },
  probe: Promise<ProbedDatasource>,
): Promise<ConnectionReport> {
  const [report, tools] = await Promise.all([probe, engineFor(type).tools()]);
  return { ...report, tools: tools.filter((tool) => needsTool(tool, { ...config })) };
}
