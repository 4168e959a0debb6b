import { z } from "zod";

const executionId = z.strictObject({ executionId: z.uuid() });

/**
 * Every task of the queue and its payload. A task only rings: what is to be done stands in the rows it names.
 * `attempts` is graphile-worker's; executions get one, because their own lease decides over a second try.
 */
export const TASKS = {
  backup: { payload: executionId, attempts: 1, queue: "backup-queue" },
  restore: { payload: executionId, attempts: 1, queue: "restore-queue" },
  "remove-artifact": { payload: executionId, attempts: 12, queue: "backup-queue" },
  "drop-temporary": { payload: executionId, attempts: 12, queue: "restore-queue" },
  "repair-copies": { payload: executionId, attempts: 3, queue: "backup-queue" },
  "scan-storage": {
    payload: z.strictObject({ storageLocationId: z.uuid() }),
    attempts: 3,
    queue: "backup-queue",
  },
  retention: { payload: z.strictObject({ jobId: z.uuid() }), attempts: 5, queue: "backup-queue" },
} as const;

export type TaskName = keyof typeof TASKS;
export type TaskPayload<N extends TaskName> = z.infer<(typeof TASKS)[N]["payload"]>;
