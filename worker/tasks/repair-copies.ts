import { repairCopies } from "#lib/features/runs/repair-copies";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function repairCopiesTask(payload: unknown, { database, identity }: TaskContext): Promise<void> {
  const { executionId } = TASKS["repair-copies"].payload.parse(payload);
  await repairCopies(database, executionId, identity.shutdown);
}
