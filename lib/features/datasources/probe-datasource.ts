import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import { engineFor } from "#lib/engines/registry";
import type { DatasourceType } from "#lib/engines/types";
import type { ConnectionReport } from "#lib/features/datasources/schema";
import { enginePlaces } from "#lib/features/engine-places";
import { withTempDirectory } from "#lib/features/temp-directory";
import { LimitError, withinLimit } from "#lib/features/within-limit";

const PROBE_TIMEOUT_MS = 15_000;
/** Slower answers make a datasource `warning` (contract, section 4). */
const SLOW_MS = 1000;

export type ProbedDatasource = Omit<ConnectionReport, "tools">;

/** Asks the engine, within a time limit. CONNECTION_FAILED tells why it did not work. */
export async function probeDatasource(
  db: Db,
  type: DatasourceType,
  config: object,
  options: { key?: string; signal?: AbortSignal | undefined } = {},
): Promise<ProbedDatasource> {
  const engine = engineFor(type);
  const places = await enginePlaces(db);
  try {
    const report = await withinLimit({ limitMs: PROBE_TIMEOUT_MS, ...options }, (signal) =>
      withTempDirectory("probe", (tempDirectory) =>
        engine.probe(config, { signal, tempDirectory, places, log: () => undefined }),
      ),
    );
    return {
      ok: true,
      latencyMs: Math.round(report.latencyMs),
      serverVersion: report.serverVersion,
      status: report.latencyMs > SLOW_MS ? "warning" : "healthy",
      details: { ...report.details },
    };
  } catch (error) {
    if (error instanceof LimitError) {
      const message = `No answer within ${PROBE_TIMEOUT_MS / 1000} seconds. Check host, port and firewall.`;
      throw new AppError("CONNECTION_FAILED", message, { cause: error, details: { reason: "timeout" } });
    }
    throw error instanceof AppError ? error : engine.explain(error);
  }
}
