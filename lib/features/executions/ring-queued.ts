import type { Db, Tx } from "#lib/db/client";
import { enqueue } from "#lib/tasks/enqueue";

/**
 * Rings the oldest queued executions again, up to `limit` of each kind. Called when an execution ends (a
 * place is free) and by the sweeper (a ring may have been lost). Ringing twice does no harm.
 */
export async function ringQueued(tx: Tx | Db, limit: number): Promise<number> {
  let rung = 0;
  for (const operation of ["backup", "restore"] as const) {
    const waiting = await tx.backupExecution.findMany({
      where: { status: "queued", operation, cancelRequestedAt: null },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: limit,
      select: { id: true },
    });
    for (const { id } of waiting) await enqueue(tx, operation, { executionId: id });
    rung += waiting.length;
  }
  return rung;
}
