import type { Db, Tx } from "#lib/db/client";

/** NOTIFY channels. The payload is an execution's id; what happened stands in its rows. */
export const EXECUTION_CHANNEL = "dg_execution";
export const CANCEL_CHANNEL = "dg_cancel";

/** Tells everybody who watches an execution to look again. Within a transaction it is sent on commit. */
export async function notifyExecution(tx: Tx | Db, executionId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${EXECUTION_CHANNEL}, ${executionId})`;
}

/** Tells the worker that runs an execution to stop it. */
export async function notifyCancel(tx: Tx | Db, executionId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CANCEL_CHANNEL}, ${executionId})`;
}
