import type { Db } from "#lib/db/client";
import { WORKER_SILENT_SECONDS } from "#lib/features/system/worker-presence";
import { log } from "#lib/log";

/**
 * Takes tasks of the queue from workers that are gone: by itself the queue would wait 4 hours for them. A worker
 * that was only silent may go on with its own; every task bears to run twice. Then lets go of tasks that nobody
 * will run again: given up and rung anew since, or of an execution that has ended.
 */
export async function freeLostTasks(db: Db): Promise<void> {
  const [lost] = await db.$queryRaw<{ workers: string[] | null }[]>`
    SELECT array_agg(DISTINCT locked_by) AS workers FROM graphile_worker.jobs
    WHERE locked_at < now() - make_interval(secs => ${WORKER_SILENT_SECONDS}) AND locked_by NOT IN (
      SELECT unnest(queue_workers) FROM workers
      WHERE last_seen_at > now() - make_interval(secs => ${WORKER_SILENT_SECONDS}))`;
  if (lost?.workers) {
    await db.$executeRaw`SELECT graphile_worker.force_unlock_workers(${lost.workers})`;
    log.info(
      { component: "queue", workers: lost.workers.length },
      "freed the tasks of workers that are gone",
    );
  }
  await db.$executeRaw`
    SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs AS task
    WHERE attempts >= max_attempts AND locked_at IS NULL AND (key IS NULL OR (
      task_identifier IN ('backup', 'restore') AND NOT EXISTS (
        SELECT FROM backup_executions
        WHERE id = split_part(task.key, ':', 2)::uuid AND status IN ('queued', 'running'))))
    HAVING count(*) > 0`;
}
