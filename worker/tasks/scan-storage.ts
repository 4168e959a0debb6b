import { listFound } from "#lib/features/imports/list-found";
import { TASKS } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";

export async function scanStorageTask(payload: unknown, { database }: TaskContext): Promise<void> {
  const { storageLocationId } = TASKS["scan-storage"].payload.parse(payload);
  await listFound(database, storageLocationId);
}
