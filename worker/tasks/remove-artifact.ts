import { removeArtifact } from "#lib/features/runs/remove-artifact";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function removeArtifactTask(payload: unknown, { database }: TaskContext): Promise<void> {
  await removeArtifact(database, TASKS["remove-artifact"].payload.parse(payload).executionId);
}
