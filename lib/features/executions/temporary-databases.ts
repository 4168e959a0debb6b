import type { Db, Tx } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import { heldBy, type Lease } from "#lib/features/executions/lease";
import { type TemporaryDatabase, temporaryDatabasesOf } from "#lib/features/executions/schema";
import { enqueue } from "#lib/tasks/enqueue";

/** Rewrites what an execution remembers of its temporary databases. */
export type Change = (known: readonly TemporaryDatabase[]) => TemporaryDatabase[];

const HAS_ENDED = {
  status: { in: ["completed", "failed", "cancelled"] },
} satisfies Prisma.BackupExecutionWhereInput;

/**
 * Applies a change for the holder of the lease, or with `null` to an execution that has ended. Answers false
 * where the lease is another's now, or the execution runs (again) or is gone; nothing is changed then.
 */
export async function changeTemporary(
  db: Db,
  executionId: string,
  lease: Lease | null,
  change: Change,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM backup_executions WHERE id = ${executionId}::uuid FOR UPDATE`;
    const row = await tx.backupExecution.findFirst({
      where: lease ? heldBy(lease) : { id: executionId, ...HAS_ENDED },
      select: { metadata: true },
    });
    if (!row) return false;
    const metadata = row.metadata as Prisma.JsonObject;
    const temporary_databases = change(temporaryDatabasesOf(metadata));
    await tx.backupExecution.update({
      where: { id: executionId },
      data: { metadata: { ...metadata, temporary_databases } },
    });
    return true;
  });
}

/** Still on a server, as far as is known, and to be dropped. */
export function leftOver(metadata: unknown): TemporaryDatabase[] {
  return temporaryDatabasesOf(metadata).filter(({ state }) => state === "pending" || state === "left");
}

/** Queues the removal of what an execution that ends in this transaction has not dropped itself. */
export async function ringLeftOver(tx: Tx, row: Pick<BackupExecution, "id" | "metadata">): Promise<void> {
  if (leftOver(row.metadata).length > 0) await enqueue(tx, "drop-temporary", { executionId: row.id });
}

/** Rings again for all that the queue gave up on: the nightly round. */
export async function ringAllLeftOver(db: Db): Promise<void> {
  const having = (state: TemporaryDatabase["state"]) => JSON.stringify({ temporary_databases: [{ state }] });
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM backup_executions
    WHERE operation = 'restore' AND status NOT IN ('queued', 'running')
      AND (metadata @> ${having("pending")}::jsonb OR metadata @> ${having("left")}::jsonb)`;
  for (const { id } of rows) await enqueue(db, "drop-temporary", { executionId: id });
}
