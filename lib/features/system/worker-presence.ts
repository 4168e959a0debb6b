import { hostname } from "node:os";
import type { Db } from "#lib/db/client";

/** A worker not seen for this long counts as gone. */
export const WORKER_SILENT_SECONDS = 60;
const FORGET_AFTER_HOURS = 24;

/**
 * Says that a worker is alive and under which names it holds tasks of the queue; forgets those that have been
 * gone for a day.
 */
export async function announceWorker(
  db: Db,
  worker: { readonly id: string; readonly version: string; readonly queueWorkers: readonly string[] },
): Promise<void> {
  const { id, version } = worker;
  const queueWorkers = [...worker.queueWorkers];
  await db.$executeRaw`
    INSERT INTO workers (id, hostname, pid, version, queue_workers)
    VALUES (${id}, ${hostname()}, ${process.pid}, ${version}, ${queueWorkers})
    ON CONFLICT (id) DO UPDATE SET last_seen_at = now(), queue_workers = excluded.queue_workers`;
  await db.$executeRaw`
    DELETE FROM workers WHERE last_seen_at < now() - make_interval(hours => ${FORGET_AFTER_HOURS})`;
}

export async function forgetWorker(db: Db, id: string): Promise<void> {
  await db.worker.deleteMany({ where: { id } });
}
