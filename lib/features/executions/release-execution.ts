import type { Db } from "#lib/db/client";
import { heldBy, type Lease, leaseLost } from "#lib/features/executions/lease";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import { enqueue } from "#lib/tasks/enqueue";

/** Gives a running execution back to the queue, because its worker has to go. Another attempt starts anew. */
export async function releaseExecution(db: Db, lease: Lease): Promise<void> {
  await db.$transaction(async (tx) => {
    const row = await tx.backupExecution.findUniqueOrThrow({
      where: { id: lease.executionId },
      select: { operation: true },
    });
    const { count } = await tx.backupExecution.updateMany({
      where: heldBy(lease),
      data: { status: "queued", startedAt: null, leaseOwner: null, leaseExpiresAt: null },
    });
    if (count === 0) throw leaseLost();
    await enqueue(tx, row.operation, { executionId: lease.executionId });
    await notifyExecution(tx, lease.executionId);
  });
}
