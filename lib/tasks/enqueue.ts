import type { Db, Tx } from "#lib/db/client";
import { TASKS, type TaskName, type TaskPayload } from "#lib/tasks/definitions";

/** A request is dropped only where a worker takes the equal task at that very moment: a second one is rare. */
const TRIES = 10;

/**
 * Adds a task inside the caller's transaction, so that a row and the task that acts on it commit together.
 * Equal tasks that still wait become one (`job_key`); one that already runs is not disturbed, and another one
 * is added behind it.
 */
export async function enqueue<N extends TaskName>(
  tx: Tx | Db,
  name: N,
  payload: TaskPayload<N>,
): Promise<void> {
  const parsed = TASKS[name].payload.parse(payload);
  const key = `${name}:${Object.values(parsed).join(":")}`;
  for (let tries = 0; tries < TRIES; tries++) {
    const [added] = await tx.$queryRaw<{ id: bigint | null }[]>`
      SELECT id FROM graphile_worker.add_job(
        identifier => ${name}::text,
        payload => ${JSON.stringify(parsed)}::json,
        max_attempts => ${TASKS[name].attempts}::int,
        job_key => ${key}::text,
        job_key_mode => 'replace'
      )`;
    // No row: a worker took the equal task between two statements of `add_job`, which then drops the request
    // (graphile/worker issue 580). The next call sees that task as taken.
    if (added?.id != null) return;
  }
  throw new Error(`task ${key} not added`);
}
