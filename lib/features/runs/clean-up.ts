import type { Database } from "#lib/db/client";
import { ringAllLeftOver } from "#lib/features/executions/temporary-databases";
import { applyRetention } from "#lib/features/runs/apply-retention";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { log } from "#lib/log";
import { enqueue } from "#lib/tasks/enqueue";

const KEEP_ENDED_SESSIONS_DAYS = 30;
const KEEP_HEALTH_CHECKS_DAYS = 30;
/** Unfinished uploads older than this belong to nobody: a live attempt writes all the time. */
const PARTIAL_AGE_MS = 24 * 3_600_000;

/**
 * The nightly round: policies are applied also to jobs that have not run since theirs changed, removals that a
 * storage or a server refused are tried again, unfinished uploads of dead attempts go, and so do old sessions
 * and health checks. One failing part never stops the others.
 */
export async function cleanUp(database: Database): Promise<void> {
  const { prisma } = database;
  const jobs = await prisma.backupJob.findMany({ select: { id: true } });
  for (const { id } of jobs) await part("retention", () => applyRetention(database, id));
  await part("removals", () => retryRemovals(database));
  await part("temporary databases", () => ringAllLeftOver(prisma));
  const storages = await prisma.storageLocation.findMany();
  for (const storage of storages) {
    await part("partial uploads", async () => {
      const adapter = openStorage(storage);
      try {
        await adapter.sweep?.(PARTIAL_AGE_MS);
      } finally {
        await adapter.close();
      }
    });
  }
  await part("sessions", async () => {
    await prisma.$executeRaw`
      DELETE FROM auth_sessions
      WHERE coalesce(revoked_at, expires_at) < now() - make_interval(days => ${KEEP_ENDED_SESSIONS_DAYS})`;
  });
  await part("health checks", async () => {
    await prisma.$executeRaw`
      DELETE FROM health_checks WHERE checked_at < now() - make_interval(days => ${KEEP_HEALTH_CHECKS_DAYS})`;
    await prisma.$executeRaw`
      DELETE FROM storage_health_checks
      WHERE checked_at < now() - make_interval(days => ${KEEP_HEALTH_CHECKS_DAYS})`;
  });
}

/** Backups whose files should be gone and are not, because the queue gave up on an unreachable storage. */
async function retryRemovals({ prisma }: Database): Promise<void> {
  const left = await prisma.backupCopy.findMany({
    where: { status: { not: "removed" }, execution: { artifactRemovedAt: { not: null } } },
    select: { executionId: true },
    distinct: ["executionId"],
  });
  for (const { executionId } of left) await enqueue(prisma, "remove-artifact", { executionId });
}

async function part(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ component: "clean-up", part: name, err: error }, "a part of the nightly round failed");
  }
}
