import { checkStatusOf, type HealthCheckStatus } from "#lib/core/check-status";
import { AppError } from "#lib/core/errors";
import { formatBytes } from "#lib/core/format";
import { type CheckOutcome, nextAlert } from "#lib/core/health-alert";
import type { Db } from "#lib/db/client";
import type { StorageLocation } from "#lib/db/generated/client";
import { announceHealth } from "#lib/features/notifications/announce-health";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { probeStorage } from "#lib/features/storage-locations/probe-storage";
import type { StorageReport } from "#lib/features/storage-locations/schema";
import { driverFor } from "#lib/storage/registry";

const GIB = 1024 ** 3;
/** With less space than this a storage counts as full, whatever lies on it. */
const FULL_BELOW_BYTES = 64 * 1024 ** 2;
/** A full storage must offer this much more than the bound before it counts as having space again. */
const EASED = 1.1;

interface Finding {
  readonly outcome: CheckOutcome;
  readonly check: HealthCheckStatus;
  readonly latencyMs: number | null;
  /** Null where the storage cannot tell; undefined keeps what was known. */
  readonly availableBytes: number | null | undefined;
  readonly error: string | null;
}

interface CheckOptions {
  /** When a worker took the row; null where a person asked for the check. */
  readonly claimedAt: Date | null;
  readonly signal?: AbortSignal;
}

/**
 * Tries a saved storage and keeps what was found as a health check, also a failure, which is then thrown.
 * Who has to know of a change is told in the same transaction.
 */
export async function checkStorage(
  db: Db,
  row: Pick<StorageLocation, "id" | "type" | "config" | "healthAlert">,
  options: CheckOptions,
): Promise<StorageReport> {
  const probe = async () =>
    probeStorage(() => openStorage(row), driverFor(row.type).explain, {
      key: row.id,
      signal: options.signal,
    });
  const [[outcome], bound] = await Promise.all([Promise.allSettled([probe()]), fullBelow(db, row)]);
  options.signal?.throwIfAborted();
  const found = outcome.status === "fulfilled" ? passed(outcome.value, bound) : failed(outcome.reason);
  await record(db, row.id, found, options.claimedAt);
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

/** Where not even the largest of its newer backups would fit once more, the next one may well fail. */
async function fullBelow(db: Db, row: Pick<StorageLocation, "id" | "healthAlert">): Promise<number> {
  const [largest] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(max(size_bytes), 0)::float8 AS bytes FROM backup_copies
    WHERE storage_location_id = ${row.id}::uuid AND status = 'stored' AND created_at > now() - interval '30 days'`;
  const bound = Math.max(FULL_BELOW_BYTES, largest?.bytes ?? 0);
  return row.healthAlert === "full" ? bound * EASED : bound;
}

function passed({ latencyMs, availableBytes }: StorageReport, bound: number): Finding {
  const found = { check: "ok", latencyMs, availableBytes } as const;
  if (availableBytes === null || availableBytes >= bound) return { ...found, outcome: "fine", error: null };
  const [left, wanted] = [availableBytes, bound].map((bytes) => formatBytes(bytes, "en"));
  return { ...found, outcome: "full", error: `Only ${left} are left; the next backup may need ${wanted}.` };
}

function failed(reason: unknown): Finding {
  const known = reason instanceof AppError ? reason : null;
  const full = (known?.details as { reason?: unknown } | undefined)?.reason === "full";
  return {
    outcome: full ? "full" : "failed",
    check: known ? checkStatusOf(known, full ? "error" : "unreachable") : "error",
    latencyMs: null,
    availableBytes: full ? 0 : undefined,
    error: known?.message ?? "The check itself failed; the log says why.",
  };
}

const STATUS = { fine: "healthy", full: "full", failed: "unreachable" } as const;

/** Writes nothing where the row is gone, or was changed or taken again since `claimedAt`. */
async function record(db: Db, id: string, found: Finding, claimedAt: Date | null): Promise<void> {
  await db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<
      Pick<StorageLocation, "name" | "failedChecks" | "healthAlert" | "availableSpaceGb">[]
    >`
      SELECT name, failed_checks AS "failedChecks", health_alert AS "healthAlert",
        available_space_gb AS "availableSpaceGb" FROM storage_locations
      WHERE id = ${id}::uuid AND (${claimedAt}::timestamptz IS NULL OR check_claimed_at = ${claimedAt})
      FOR NO KEY UPDATE`;
    if (!row) return;
    const before = { failedChecks: row.failedChecks, alert: row.healthAlert };
    const next = nextAlert(before, found.outcome, claimedAt !== null);
    const { availableBytes: bytes } = found;
    const space = bytes === undefined ? row.availableSpaceGb : bytes === null ? null : bytes / GIB;
    // Not by the client: a check is no change of the storage, so `updated_at` stays.
    await tx.$executeRaw`
      UPDATE storage_locations SET last_health_check_at = now(), available_space_gb = ${space}::float8,
        status = ${STATUS[found.outcome]}::"StorageLocationStatus",
        failed_checks = ${next.failedChecks}::int, health_alert = ${next.alert}::"HealthAlert"
      WHERE id = ${id}::uuid`;
    await tx.storageHealthCheck.create({
      data: {
        storageLocationId: id,
        status: found.check,
        latencyMs: found.latencyMs,
        availableSpaceGb: bytes === undefined ? null : space,
        errorMessage: found.error,
      },
    });
    if (next.alert !== before.alert) {
      await announceHealth(tx, { noun: "storage_location", id, name: row.name, before, next, ...found });
    }
  });
}
