import type { AppError } from "#lib/core/errors";
import type { Db, Tx } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import { heldBy, type Lease, leaseLost } from "#lib/features/executions/lease";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import { ringQueued } from "#lib/features/executions/ring-queued";
import { ringLeftOver } from "#lib/features/executions/temporary-databases";
import { announceExecution } from "#lib/features/notifications/announce-execution";

/** How many of the newest log lines the row keeps (contract, section 6). */
const LOG_LINES_IN_ROW = 200;
const MAX_RING = 10;

export type Ending =
  | { status: "completed"; data: Prisma.BackupExecutionUncheckedUpdateManyInput; metadata: Prisma.JsonObject }
  | { status: "failed" | "cancelled"; error: AppError; stack?: string; metadata?: Prisma.JsonObject };

/**
 * Ends an execution: state, log lines, notification and the ring for the next in line commit together, and
 * only where the lease's token still matches. `also` joins the same transaction.
 * @throws LEASE_LOST when another attempt holds the execution; nothing is changed then
 */
export async function finishExecution(
  db: Db,
  lease: Lease,
  ending: Ending,
  also?: (tx: Tx, row: BackupExecution) => Promise<void>,
): Promise<void> {
  await db.$transaction(
    async (tx) => {
      const logs = await newestLines(tx, lease.executionId);
      const before = await tx.backupExecution.findUnique({
        where: { id: lease.executionId },
        select: { metadata: true },
      });
      const metadata = {
        ...((before?.metadata ?? {}) as Prisma.JsonObject),
        ...(ending.metadata ?? {}),
        execution_logs: logs,
      } as Prisma.InputJsonObject;
      const { count } = await tx.backupExecution.updateMany({
        where: heldBy(lease),
        data: { status: ending.status, leaseExpiresAt: null, metadata, ...columnsOf(ending) },
      });
      if (count === 0) throw leaseLost();
      await tx.$executeRaw`
        UPDATE backup_executions
        SET finished_at = clock_timestamp(),
            duration_seconds = round(extract(epoch FROM clock_timestamp() - started_at)::numeric, 3)
        WHERE id = ${lease.executionId}::uuid`;
      const row = await tx.backupExecution.findUniqueOrThrow({ where: { id: lease.executionId } });
      await also?.(tx, row);
      await ringLeftOver(tx, row);
      await announceExecution(tx, row);
      await ringQueued(tx, MAX_RING);
      await notifyExecution(tx, lease.executionId);
    },
    { maxWait: 10_000, timeout: 30_000 },
  );
}

function columnsOf(ending: Ending): Prisma.BackupExecutionUncheckedUpdateManyInput {
  if (ending.status === "completed") return ending.data;
  return {
    errorCode: ending.error.code,
    errorMessage: ending.error.message,
    errorStack: ending.stack ?? null,
  };
}

async function newestLines(tx: Tx, executionId: string): Promise<Prisma.JsonArray> {
  const lines = await tx.executionLog.findMany({
    where: { executionId },
    orderBy: { id: "desc" },
    take: LOG_LINES_IN_ROW,
  });
  return lines.reverse().map(({ ts, level, message }) => ({ ts: ts.toISOString(), level, message }));
}
