import { AppError, validationError } from "#lib/core/errors";
import type { Prisma } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { DatasourceType, ToolReport } from "#lib/engines/types";
import type { Context } from "#lib/features/context";
import { findDatasource } from "#lib/features/datasources/queries";
import {
  type ConnectionReport,
  connectionReport,
  datasourceId,
  testDatasourceInput,
} from "#lib/features/datasources/schema";
import { enginePlaces } from "#lib/features/engine-places";
import { mergeSecrets, openConfig, parseConfig } from "#lib/features/secrets/config";
import { withTempDirectory } from "#lib/features/temp-directory";
import { command } from "#lib/features/use-case";

const PROBE_TIMEOUT_MS = 15_000;
/** Slower answers make a datasource `warning` (contract, section 4). */
const SLOW_MS = 1000;

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
    return probe(ctx, input.type, parseConfig(schema, merged, "connection_config"));
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
  try {
    const { config: schema } = engineFor(row.type);
    const config = openConfig(schema, row.connectionConfig, { noun: "datasource", id });
    const report = await probe(ctx, row.type, config);
    await record(ctx, id, report.status, {
      status: "ok",
      latencyMs: report.latencyMs,
      metadata: report.details as Prisma.InputJsonObject,
    });
    return report;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await record(ctx, id, "critical", { status: healthOf(error), errorMessage: error.message });
    throw error;
  }
}

/** Asks the engine, within a time limit. CONNECTION_FAILED tells why it did not work. */
async function probe(ctx: Context, type: DatasourceType, config: object): Promise<ConnectionReport> {
  const engine = engineFor(type);
  const places = await enginePlaces(ctx.db);
  return withTempDirectory("probe", async (tempDirectory) => {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    try {
      const [report, tools] = await Promise.all([
        engine.probe(config, { signal, tempDirectory, places, log: () => undefined }),
        engine.tools(),
      ]);
      return {
        ok: true,
        latencyMs: Math.round(report.latencyMs),
        serverVersion: report.serverVersion,
        status: report.latencyMs > SLOW_MS ? "warning" : "healthy",
        details: { ...report.details },
        tools: tools.map((tool: ToolReport) => ({ ...tool })),
      };
    } catch (error) {
      if (signal.aborted) {
        const message = `No answer within ${PROBE_TIMEOUT_MS / 1000} seconds. Check host, port and firewall.`;
        throw new AppError("CONNECTION_FAILED", message, { cause: error, details: { reason: "timeout" } });
      }
      throw error instanceof AppError ? error : engine.explain(error);
    }
  });
}

async function record(
  ctx: Context,
  datasourceId: string,
  status: "healthy" | "warning" | "critical" | "unknown",
  check: Omit<Prisma.HealthCheckUncheckedCreateInput, "datasourceId">,
): Promise<void> {
  await ctx.db.$transaction([
    ctx.db.healthCheck.create({ data: { datasourceId, ...check } }),
    ctx.db.datasource.updateMany({
      where: { id: datasourceId },
      data: { status, lastHealthCheckAt: new Date() },
    }),
  ]);
}

function healthOf(error: AppError): "timeout" | "auth_failed" | "unreachable" | "error" {
  const reason = (error.details as { reason?: string } | undefined)?.reason;
  if (reason === "timeout" || reason === "auth_failed" || reason === "unreachable") return reason;
  return "error";
}
