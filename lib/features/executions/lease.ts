import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import type { Progress } from "#lib/features/executions/schema";

/** A lease not renewed for this long is up for the sweeper (architecture, executions). */
export const LEASE_SECONDS = 60;
export const HEARTBEAT_MS = 15_000;

export interface Lease {
  readonly executionId: string;
  /** The fencing token: whoever holds an older one commits nothing. */
  readonly token: number;
}

export type Claim =
  | { outcome: "claimed"; lease: Lease; row: BackupExecution }
  | { outcome: "full" | "taken" };

/**
 * Claims a queued execution for this worker. Under one lock for all workers, so that no more than `limit`
 * executions of its kind run at once; `full` leaves it queued until one of them ends and rings.
 */
export async function claimExecution(
  db: Db,
  executionId: string,
  owner: string,
  limit: number,
): Promise<Claim> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('dataguardian.claim'))`;
    const waiting = await tx.backupExecution.findFirst({
      where: { id: executionId, status: "queued", cancelRequestedAt: null },
      select: { operation: true },
    });
    if (!waiting) return { outcome: "taken" };
    const running = await tx.backupExecution.count({
      where: { status: "running", operation: waiting.operation },
    });
    if (running >= limit) return { outcome: "full" };
    await tx.$executeRaw`
      UPDATE backup_executions
      SET status = 'running', started_at = now(), lease_token = lease_token + 1, lease_owner = ${owner},
          lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE id = ${executionId}::uuid`;
    await notifyExecution(tx, executionId);
    const row = await tx.backupExecution.findUniqueOrThrow({ where: { id: executionId } });
    return { outcome: "claimed", lease: { executionId, token: row.leaseToken }, row };
  });
}

/**
 * Renews the lease against the database's clock and stores the progress.
 * @returns whether somebody asked to cancel
 * @throws LEASE_LOST when another attempt holds the execution, or it has ended
 */
export async function renewLease(
  db: Db,
  lease: Lease,
  progress: Progress | null,
): Promise<{ cancel: boolean }> {
  const rows = await db.$queryRaw<{ cancel: boolean }[]>`
    UPDATE backup_executions
    SET lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS}),
        progress = coalesce(${progress === null ? null : JSON.stringify(progress)}::jsonb, progress)
    WHERE id = ${lease.executionId}::uuid AND status = 'running' AND lease_token = ${lease.token}
    RETURNING cancel_requested_at IS NOT NULL AS cancel`;
  const row = rows[0];
  if (!row) throw leaseLost();
  await notifyExecution(db, lease.executionId);
  return row;
}

/**
 * Takes over the executions whose worker has not renewed its lease in time, at most `limit` at once.
 * Raising the token shuts the former holder out for good.
 */
export async function takeOverExpired(db: Db, owner: string, limit = 10): Promise<BackupExecution[]> {
  const taken = await db.$queryRaw<{ id: string }[]>`
    UPDATE backup_executions
    SET lease_token = lease_token + 1, lease_owner = ${owner},
        lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
    WHERE id IN (
      SELECT id FROM backup_executions
      WHERE status = 'running' AND lease_expires_at < now()
      ORDER BY lease_expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id`;
  if (taken.length === 0) return [];
  return db.backupExecution.findMany({ where: { id: { in: taken.map((row) => row.id) } } });
}

export function leaseLost(): AppError {
  return new AppError("LEASE_LOST", "Another worker has taken this execution over.");
}

/** The where of every write by a lease's holder. */
export function heldBy(lease: Lease): Prisma.BackupExecutionWhereInput & { id: string } {
  return { id: lease.executionId, status: "running", leaseToken: lease.token };
}
