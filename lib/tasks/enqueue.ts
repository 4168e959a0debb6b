import type { Db, Tx } from "#lib/db/client";
import { TASKS, type TaskName, type TaskPayload } from "#lib/tasks/definitions";

/**
 * Adds a task inside the caller's transaction, so that a row and the task that acts on it commit together.
 * Equal tasks that still wait become one (`job_key`); one that already runs is not disturbed.
 */
export async function enqueue<N extends TaskName>(
  tx: Tx | Db,
  name: N,
  payload: TaskPayload<N>,
): Promise<void> {
  const parsed = TASKS[name].payload.parse(payload);
  const key = `${name}:${Object.values(parsed).join(":")}`;
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(
      identifier => ${name}::text,
      payload => ${JSON.stringify(parsed)}::json,
      max_attempts => ${TASKS[name].attempts}::int,
      job_key => ${key}::text,
      job_key_mode => 'replace'
    )`;
}
