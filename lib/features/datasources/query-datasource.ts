import type { z } from "zod";
import { AppError } from "#lib/core/errors";
import { engineFor } from "#lib/engines/registry";
import type { QueryLimits } from "#lib/engines/types";
import { writeAudit } from "#lib/features/audit/write-audit";
import type { Context } from "#lib/features/context";
import { askDatasource } from "#lib/features/datasources/ask-datasource";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceQueryInput, type QueryAnswer, queryAnswer } from "#lib/features/datasources/schema";
import { command } from "#lib/features/use-case";

const LIMITS: QueryLimits = { maxRows: 1000, timeoutMs: 15_000, maxBytes: 2 * 1024 * 1024 };
/** Connecting comes on top. */
const LIMIT_MS = 30_000;
/** Of a statement, in the audit log. */
const KEPT_CHARACTERS = 2000;

type Input = z.output<typeof datasourceQueryInput>;

/** Asks a datasource. Who asked what is audited, also where it failed; what came back never is. */
export const runDatasourceQuery = command({
  name: "datasource.query",
  summary:
    "Runs one statement that can only read. At most 1,000 rows, 2 MiB and 15 seconds; the rest is left out.",
  permission: "datasources.query",
  input: datasourceQueryInput,
  output: queryAnswer,
  prepare: async (input, ctx) => {
    const row = await findDatasource(ctx.db, ctx, input.id, "datasources.query");
    const { query: supported, label } = engineFor(row.type);
    if (!supported) throw new AppError("QUERY_NOT_SUPPORTED", `${label} cannot be asked by a statement.`);
    try {
      return await ask(ctx, row, input);
    } catch (error) {
      const failed = error instanceof AppError ? error.code : "INTERNAL_ERROR";
      await ctx.db.$transaction((tx) =>
        writeAudit(tx, ctx, { action: "datasource.query", ...entryOf(input, { failed }) }),
      );
      throw error;
    }
  },
  run: async (_tx, _input, _ctx, answer) => answer,
  audit: ({ rowCount, truncated, durationMs }, input) =>
    entryOf(input, { row_count: rowCount, truncated, duration_ms: durationMs }),
});

async function ask(
  ctx: Context,
  row: Parameters<typeof askDatasource>[1],
  input: Input,
): Promise<QueryAnswer> {
  const start = performance.now();
  const result = await askDatasource(ctx, row, {
    purpose: "query",
    limitMs: LIMIT_MS,
    database: input.database,
    ask: async (engine, config, io) => engine.query?.(config, input.sql, LIMITS, io),
  });
  const { columns, rows, truncated } = result ?? { columns: [], rows: [], truncated: false };
  const durationMs = Math.round(performance.now() - start);
  return { columns, rows, rowCount: rows.length, truncated, durationMs };
}

function entryOf({ id, sql, database }: Input, outcome: Record<string, string | number | boolean>) {
  const kept = sql.length > KEPT_CHARACTERS ? `${sql.slice(0, KEPT_CHARACTERS).toWellFormed()}…` : sql;
  return {
    resourceType: "datasource",
    resourceId: id,
    metadata: { sql: kept, ...(database === undefined ? {} : { database }), ...outcome },
  };
}
