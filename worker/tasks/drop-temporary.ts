import { type Attempt, dropTemporary } from "#lib/features/runs/drop-temporary";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function dropTemporaryTask(
  payload: unknown,
  { database, identity }: TaskContext,
  attempt: Attempt,
): Promise<void> {
  const { executionId } = TASKS["drop-temporary"].payload.parse(payload);
  await dropTemporary(database, executionId, attempt, identity.shutdown);
}
