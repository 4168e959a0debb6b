import { runBackup } from "#lib/features/runs/run-backup";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function backupTask(payload: unknown, { database, identity }: TaskContext): Promise<void> {
  await runBackup(database, identity, TASKS.backup.payload.parse(payload).executionId);
}
