import { runRestore } from "#lib/features/runs/run-restore";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function restoreTask(payload: unknown, { database, identity }: TaskContext): Promise<void> {
  await runRestore(database, identity, TASKS.restore.payload.parse(payload).executionId);
}
