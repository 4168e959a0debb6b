import type { Db } from "#lib/db/client";
import { notifyExecution } from "#lib/features/executions/notify-execution";

/** The table keeps this many lines of one execution; the whole log lies beside the artifact. */
export const MAX_LINES = 5000;
const DROP_AT_ONCE = 500;

export interface NewLogLine {
  readonly ts: Date;
  readonly level: string;
  readonly message: string;
}

/**
 * Appends lines; nothing is ever rewritten. `written` is how many this execution has already: beyond the cap
 * the oldest go, a batch at a time.
 */
export async function appendLogs(
  db: Db,
  executionId: string,
  lines: NewLogLine[],
  written: number,
): Promise<void> {
  if (lines.length === 0) return;
  await db.executionLog.createMany({ data: lines.map((line) => ({ executionId, ...line })) });
  const over = written + lines.length - MAX_LINES;
  if (over > 0 && Math.floor(over / DROP_AT_ONCE) > Math.floor((over - lines.length) / DROP_AT_ONCE)) {
    await db.$executeRaw`
      DELETE FROM execution_logs WHERE execution_id = ${executionId}::uuid AND id < (
        SELECT id FROM execution_logs WHERE execution_id = ${executionId}::uuid
        ORDER BY id DESC OFFSET ${MAX_LINES - 1} LIMIT 1)`;
  }
  await notifyExecution(db, executionId);
}
