import { applyRetention } from "#lib/features/runs/apply-retention";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function retentionTask(payload: unknown, { database }: TaskContext): Promise<void> {
  await applyRetention(database, TASKS.retention.payload.parse(payload).jobId);
}
