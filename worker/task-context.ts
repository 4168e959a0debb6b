import type { Database } from "#lib/db/client";
import type { WorkerIdentity } from "#lib/features/runs/run-backup";

/** What every task of this worker process shares. */
export interface TaskContext {
  readonly database: Database;
  readonly identity: WorkerIdentity;
}
