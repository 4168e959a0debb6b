import { hostname } from "node:os";
import type { Db } from "#lib/db/client";

/** A worker not seen for this long counts as gone. */
export const WORKER_SILENT_SECONDS = 60;
const FORGET_AFTER_HOURS = 24;

/** Says that a worker is alive, and forgets those that have been gone for a day. */
export async function announceWorker(db: Db, id: string, version: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO workers (id, hostname, pid, version) VALUES (${id}, ${hostname()}, ${process.pid}, ${version})
    ON CONFLICT (id) DO UPDATE SET last_seen_at = now()`;
  await db.$executeRaw`
    DELETE FROM workers WHERE last_seen_at < now() - make_interval(hours => ${FORGET_AFTER_HOURS})`;
}

export async function forgetWorker(db: Db, id: string): Promise<void> {
  await db.worker.deleteMany({ where: { id } });
}
