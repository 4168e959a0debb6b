import { AppError } from "#lib/core/errors";
import type { Database } from "#lib/db/client";
import type { BackupExecution } from "#lib/db/generated/client";
import { finishExecution } from "#lib/features/executions/finish-execution";
import { takeOverExpired } from "#lib/features/executions/lease";
import { isVerification } from "#lib/features/executions/present";
import { queueBackup } from "#lib/features/executions/queue-execution";
import { ringQueued } from "#lib/features/executions/ring-queued";
import { temporaryDatabasesOf } from "#lib/features/executions/schema";
import { completedBackup, type StoredArtifact, storeArtifact } from "#lib/features/runs/commit-backup";
import { discardUnlessCompleted } from "#lib/features/runs/discard-attempt";
import type { WorkerIdentity } from "#lib/features/runs/run-backup";
import { withLease } from "#lib/features/runs/with-lease";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { log } from "#lib/log";
import { verifyArtifact } from "#lib/pipeline/artifact";
import { findManifest } from "#lib/pipeline/manifest";

const RINGS = 20;

/**
 * Brings every execution whose worker went silent to an end: a backup whose manifest lies whole on a storage
 * is adopted, everything else fails with one alert, its files go, and a lost backup is queued once more.
 */
export async function recoverExpired(database: Database, worker: WorkerIdentity): Promise<number> {
  const { prisma } = database;
  const expired = await takeOverExpired(prisma, worker.id);
  for (const row of expired) {
    try {
      await recoverOne(database, worker, row);
    } catch (error) {
      // One bad execution never stops the others; its lease expires again and the next sweep returns to it.
      log.error(
        { component: "sweeper", executionId: row.id, err: error },
        "an execution could not be recovered",
      );
    }
  }
  await ringQueued(prisma, RINGS);
  return expired.length;
}

async function recoverOne(database: Database, worker: WorkerIdentity, row: BackupExecution): Promise<void> {
  const { prisma } = database;
  const lease = { executionId: row.id, token: row.leaseToken };
  const adopted = await withLease(prisma, lease, worker.shutdown, async ({ signal }) => {
    const stored = row.operation === "backup" ? await storedArtifactOf(database, row, signal) : null;
    if (!stored) return false;
    await finishExecution(prisma, lease, completedBackup(stored.artifact), (tx, ended) =>
      storeArtifact(tx, ended, stored.artifact, stored.directory),
    );
    return true;
  });
  if (adopted) {
    log.warn(
      { component: "sweeper", executionId: row.id },
      "adopted a finished backup whose worker had died",
    );
    return;
  }
  await finishExecution(prisma, lease, {
    status: row.cancelRequestedAt ? "cancelled" : "failed",
    error: new AppError("INTERNAL_ERROR", whatStopped(row)),
  });
  await discardUnlessCompleted(prisma, row.id);
  await queueAgain(database, row);
}

/** Says also in what state the target is. */
function whatStopped(row: BackupExecution): string {
  const stopped = (what: string) => `The worker stopped in the middle of this ${what}.`;
  if (row.operation === "backup") return stopped("backup");
  if (!isVerification(row.metadata)) {
    return `${stopped("restore")} The target may hold a part of the data: restore again.`;
  }
  const kept = temporaryDatabasesOf(row.metadata).filter(({ state }) => state === "kept");
  if (kept.length === 0) return stopped("verification");
  const names = kept.map(({ name }) => name).join(", ");
  return `${stopped("verification")} What was to be kept may hold a part of the data only: ${names}.`;
}

interface Found {
  readonly artifact: StoredArtifact;
  readonly directory: string;
}

/** The artifact of a dead attempt where it is whole on at least one storage, else null. */
async function storedArtifactOf(
  { prisma }: Database,
  row: BackupExecution,
  signal: AbortSignal,
): Promise<Found | null> {
  const metadata = row.metadata as { directory?: unknown; target_storage_ids?: unknown };
  const { directory } = metadata;
  if (typeof directory !== "string" || !Array.isArray(metadata.target_storage_ids)) return null;
  const storages = await prisma.storageLocation.findMany({
    where: { id: { in: metadata.target_storage_ids.map(String) } },
  });
  const successes: StoredArtifact["successes"][number][] = [];
  const failures: StoredArtifact["failures"][number][] = [];
  let manifest: StoredArtifact["manifest"] | null = null;
  for (const storage of storages) {
    const adapter = openStorage(storage);
    try {
      const found = await findManifest(adapter, directory);
      if (found?.execution_id !== row.id) continue;
      const started = performance.now();
      await verifyArtifact({ manifest: found, directory, adapter }, { signal });
      manifest = found;
      successes.push({
        storageLocationId: storage.id,
        backupPath: `${directory}/${found.chunks[0]?.file ?? ""}`,
        manifestPath: `${directory}/manifest.json`,
        latencyMs: performance.now() - started,
      });
    } catch (error) {
      failures.push({
        storageLocationId: storage.id,
        error: error instanceof Error ? error.message : "not readable",
      });
    } finally {
      await adapter.close();
    }
  }
  if (!manifest || successes.length === 0) return null;
  const backupPath = successes[0]?.backupPath ?? directory;
  return { directory, artifact: { manifest, backupPath, successes, failures, filesCount: null } };
}

/** A backup that died with its worker is tried once more; a second death waits for the schedule or a person. */
async function queueAgain({ prisma }: Database, row: BackupExecution): Promise<void> {
  const source = (row.metadata as { enqueue_source?: string }).enqueue_source;
  if (row.operation !== "backup" || row.cancelRequestedAt || source === "recovery" || !row.jobId) return;
  const jobId = row.jobId;
  try {
    await prisma.$transaction(async (tx) => {
      const job = await tx.backupJob.findUnique({ where: { id: jobId }, include: { datasource: true } });
      const { databaseName, groupId } = row;
      if (job) await queueBackup(tx, job, "recovery", { databaseName, groupId });
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.info({ component: "sweeper", jobId, reason: error.message }, "no second attempt needed");
  }
}
