import { EventEmitter } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Logger, type Runner, run, type Task, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Attempt } from "#lib/features/runs/drop-temporary";
import { log } from "#lib/log";
import type { TaskName } from "#lib/tasks/definitions";
import type { TaskContext } from "#worker/task-context";
import { backupTask } from "#worker/tasks/backup";
import { dropTemporaryTask } from "#worker/tasks/drop-temporary";
import { removeArtifactTask } from "#worker/tasks/remove-artifact";
import { repairCopiesTask } from "#worker/tasks/repair-copies";
import { restoreTask } from "#worker/tasks/restore";
import { retentionTask } from "#worker/tasks/retention";
import { scanStorageTask } from "#worker/tasks/scan-storage";

/** Places for tasks: executions hold theirs for hours, so there are more than `max_concurrent_backups`. */
const CONCURRENCY = 12;

/** Database connections of a worker: one for each task, and some for the loops beside them. */
export const WORKER_POOL_SIZE = CONCURRENCY + 6;
const RESTART_PAUSE_MS = 2000;

type Handler = (payload: unknown, context: TaskContext, attempt: Attempt) => Promise<void>;

const handlers: Record<TaskName, Handler> = {
  backup: backupTask,
  restore: restoreTask,
  "drop-temporary": dropTemporaryTask,
  "repair-copies": repairCopiesTask,
  "remove-artifact": removeArtifactTask,
  retention: retentionTask,
  "scan-storage": scanStorageTask,
};

/** The queue's own words at debug level; its complaints as warnings. */
const logger = new Logger(() => (level, message, meta) => {
  const fields = { component: "queue", ...(meta?.error ? { err: meta.error } : {}) };
  if (level === "error" || level === "warning") log.warn(fields, message);
  else log.debug(fields, message);
});

export interface Queue {
  /** The names under which this process holds tasks (graphile-worker's `locked_by`). */
  workers(): readonly string[];
  /** Takes no new tasks and waits for those that run. */
  stop(): Promise<void>;
}

/** Serves the queue until stopped. When the database goes away the runner ends; then a new one is started. */
export function serveQueue(context: TaskContext): Queue {
  const taskList: TaskList = Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => {
      const task: Task = (payload, { job }) => {
        const attempt = { first: job.attempts === 1, last: job.attempts >= job.max_attempts };
        return handle(payload, context, attempt);
      };
      return [name, task];
    }),
  );
  let runner: Runner | undefined;
  let stopping = false;
  const workers = new Set<string>();

  const serve = async (): Promise<void> => {
    while (!stopping) {
      const events: WorkerEvents = new EventEmitter();
      events.on("worker:create", ({ worker }) => workers.add(worker.workerId));
      try {
        runner = await run({
          events,
          pgPool: context.database.pool,
          taskList,
          concurrency: CONCURRENCY,
          noHandleSignals: true,
          logger,
        });
        // Told to stop while it was being made: `stop` had none to end.
        if (stopping) await runner.stop();
        await runner.promise;
      } catch (error) {
        if (!stopping)
          log.warn({ component: "queue", err: error }, "the queue is not reachable, trying again");
      }
      runner = undefined;
      // What they still held is anybody's now.
      workers.clear();
      if (!stopping) await wait(RESTART_PAUSE_MS);
    }
  };
  const served = serve();
  return {
    workers: () => [...workers],
    stop: async () => {
      stopping = true;
      await runner?.stop();
      await served;
    },
  };
}
