import { checkStatusOf, type HealthCheckStatus } from "#lib/core/check-status";
import { AppError } from "#lib/core/errors";
import { nextAlert } from "#lib/core/health-alert";
import type { Db } from "#lib/db/client";
import type { Datasource, Prisma } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import { type ProbedDatasource, probeDatasource } from "#lib/features/datasources/probe-datasource";
import { announceHealth } from "#lib/features/notifications/announce-health";
import { openConfig } from "#lib/features/secrets/config";

interface Finding {
  readonly status: Datasource["status"];
  readonly check: HealthCheckStatus;
  readonly latencyMs: number | null;
  readonly error: string | null;
  readonly metadata: Prisma.InputJsonObject;
}

interface CheckOptions {
  /** When a worker took the row; null where a person asked for the check. */
  readonly claimedAt: Date | null;
  readonly signal?: AbortSignal;
}

/**
 * Tries a saved datasource and keeps what was found as a health check, also a failure, which is then thrown.
 * Who has to know of a change is told in the same transaction.
 */
export async function checkDatasource(
  db: Db,
  row: Pick<Datasource, "id" | "type" | "connectionConfig">,
  options: CheckOptions,
): Promise<ProbedDatasource> {
  const probe = async () => {
    const { config: schema } = engineFor(row.type);
    const config = openConfig(schema, row.connectionConfig, { noun: "datasource", id: row.id });
    return probeDatasource(db, row.type, config, { key: row.id, signal: options.signal });
  };
  const [outcome] = await Promise.allSettled([probe()]);
  options.signal?.throwIfAborted();
  await record(db, row.id, findingOf(outcome), options.claimedAt);
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

function findingOf(outcome: PromiseSettledResult<ProbedDatasource>): Finding {
  if (outcome.status === "fulfilled") {
    const { status, latencyMs, details } = outcome.value;
    const metadata = details as Prisma.InputJsonObject;
    return { status, check: "ok", latencyMs, error: null, metadata };
  }
  const { reason } = outcome;
  const known = reason instanceof AppError ? reason : null;
  return {
    status: "critical",
    check: known ? checkStatusOf(known, "error") : "error",
    latencyMs: null,
    error: known?.message ?? "The check itself failed; the log says why.",
    metadata: {},
  };
}

/** Writes nothing where the row is gone, or was changed or taken again since `claimedAt`. */
async function record(db: Db, id: string, found: Finding, claimedAt: Date | null): Promise<void> {
  await db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<Pick<Datasource, "name" | "failedChecks" | "healthAlert">[]>`
      SELECT name, failed_checks AS "failedChecks", health_alert AS "healthAlert" FROM datasources
      WHERE id = ${id}::uuid AND (${claimedAt}::timestamptz IS NULL OR check_claimed_at = ${claimedAt})
      FOR NO KEY UPDATE`;
    if (!row) return;
    const before = { failedChecks: row.failedChecks, alert: row.healthAlert };
    const next = nextAlert(before, found.check === "ok" ? "fine" : "failed", claimedAt !== null);
    // Not by the client: a check is no change of the datasource, so `updated_at` stays.
    await tx.$executeRaw`
      UPDATE datasources SET last_health_check_at = now(), status = ${found.status}::"DatasourceStatus",
        failed_checks = ${next.failedChecks}::int, health_alert = ${next.alert}::"HealthAlert"
      WHERE id = ${id}::uuid`;
    await tx.healthCheck.create({
      data: {
        datasourceId: id,
        status: found.check,
        latencyMs: found.latencyMs,
        errorMessage: found.error,
        metadata: found.metadata,
      },
    });
    if (next.alert !== before.alert) {
      await announceHealth(tx, { noun: "datasource", id, name: row.name, before, next, ...found });
    }
  });
}
