import { AppError } from "#lib/core/errors";
import type { Database, Db } from "#lib/db/client";
import { readableCopies } from "#lib/features/backups/copies";
import { pinArtifact } from "#lib/features/executions/artifact-pin";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import { isRestorable } from "#lib/features/executions/present";
import { ExecutionLog } from "#lib/features/runs/execution-log";
import { patiently } from "#lib/features/runs/patiently";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { log as processLog } from "#lib/log";
import { copyArtifact } from "#lib/pipeline/copy";
import type { StorageTarget } from "#lib/pipeline/io";
import { readManifestOfAny } from "#lib/pipeline/manifest";
import { StorageError } from "#lib/storage/types";
import { enqueue } from "#lib/tasks/enqueue";

/** A copy under way is renewed this often; one not renewed for the longer time belongs to a dead worker. */
const RENEW_MS = 15_000;
const STALE_SECONDS = 60;

/**
 * Makes every copy of a backup that is marked `copying` whole from a good one. Each is claimed on its own, so
 * that two workers never write the same one; a failed one says why in its row and in the execution's log.
 */
export async function repairCopies(
  database: Database,
  executionId: string,
  shutdown: AbortSignal,
): Promise<void> {
  const release = await pinArtifact(database, executionId);
  if (!release) return;
  const log = new ExecutionLog(database.prisma, executionId, []);
  try {
    // What is given back on shutdown must not be claimed again by the worker that has to go.
    while (!shutdown.aborted) {
      const id = await claimNext(database.prisma, executionId);
      if (id === null) break;
      await repairOne(database.prisma, executionId, id, log, shutdown);
    }
  } finally {
    await log.flush();
    await release();
    await notifyExecution(database.prisma, executionId);
  }
}

/** Rings for copies whose worker died or whose bell was lost. */
export async function ringStaleCopies(db: Db): Promise<void> {
  const stale = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT execution_id AS id FROM backup_copies
    WHERE status = 'copying' AND updated_at < now() - make_interval(secs => ${STALE_SECONDS})`;
  for (const { id } of stale) await enqueue(db, "repair-copies", { executionId: id });
}

/** The storage of a copy that nobody works on; a waiting one was written with a time long past. */
async function claimNext(db: Db, executionId: string): Promise<string | null> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE backup_copies SET updated_at = now()
    WHERE (execution_id, storage_location_id) IN (
      SELECT execution_id, storage_location_id FROM backup_copies
      WHERE execution_id = ${executionId}::uuid AND status = 'copying'
        AND updated_at < now() - make_interval(secs => ${STALE_SECONDS})
      LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING storage_location_id AS id`;
  return rows[0]?.id ?? null;
}

async function repairOne(
  db: Db,
  executionId: string,
  storageLocationId: string,
  log: ExecutionLog,
  shutdown: AbortSignal,
): Promise<void> {
  const key = { executionId, storageLocationId };
  const renewing = setInterval(() => void touch(db, key), RENEW_MS);
  const opened: StorageTarget[] = [];
  try {
    const sizeBytes = await copyTo(db, executionId, storageLocationId, opened, log, shutdown);
    // A page that sees the new status asks no further: the lines must be there by then.
    await log.flush();
    await patiently(() =>
      db.backupCopy.update({
        where: { executionId_storageLocationId: key },
        data: { status: "stored", errorMessage: null, sizeBytes },
      }),
    );
  } catch (error) {
    if (shutdown.aborted) {
      await release(db, key);
      return;
    }
    const known = error instanceof StorageError || error instanceof AppError;
    const message = known ? error.message : "The copy failed; see the worker's log.";
    processLog.warn({ component: "copies", executionId, err: error }, "a copy could not be made whole");
    log.add("error", `The copy was not made: ${message}`);
    await log.flush();
    await patiently(() =>
      db.backupCopy.update({
        where: { executionId_storageLocationId: key },
        data: { status: "failed", errorMessage: message },
      }),
    );
  } finally {
    clearInterval(renewing);
    await Promise.allSettled(opened.map((target) => target.adapter.close()));
  }
}

async function copyTo(
  db: Db,
  executionId: string,
  storageLocationId: string,
  opened: StorageTarget[],
  log: ExecutionLog,
  signal: AbortSignal,
): Promise<bigint> {
  const row = await db.backupExecution.findUnique({ where: { id: executionId } });
  if (!row || !isRestorable(row)) {
    throw new StorageError("permanent", "The backup was removed or is damaged.");
  }
  const location = await db.storageLocation.findUniqueOrThrow({ where: { id: storageLocationId } });
  const target = { storageLocationId, name: location.name, adapter: openStorage(location) };
  opened.push(target);
  const copies = await readableCopies(db, executionId);
  const sources = copies.map((copy) => ({
    storageLocationId: copy.storageLocationId,
    name: copy.storageLocation.name,
    adapter: openStorage(copy.storageLocation),
  }));
  opened.push(...sources);
  const directory = copies[0]?.backupPath;
  if (directory === undefined) throw new StorageError("permanent", "No storage holds a whole copy.");
  log.add("info", `Copying the backup to ${location.name}`);
  const manifest = await readManifestOfAny(sources, directory);
  await copyArtifact({ manifest, directory, sources, target }, { signal, log: log.add });
  log.add("info", `${location.name} holds a whole copy now`);
  return BigInt(manifest.compressed_size_bytes);
}

type Key = { executionId: string; storageLocationId: string };

async function touch(db: Db, key: Key): Promise<void> {
  try {
    await db.backupCopy.update({
      where: { executionId_storageLocationId: key },
      data: { updatedAt: new Date() },
    });
  } catch (error) {
    // Too long an outage only makes another worker copy the same bytes once more.
    processLog.warn({ component: "copies", ...key, err: error }, "a copy under way was not renewed");
  }
}

/** Back to waiting, for the next worker. */
async function release(db: Db, key: Key): Promise<void> {
  await db.backupCopy.update({
    where: { executionId_storageLocationId: key },
    data: { updatedAt: new Date(0) },
  });
  await enqueue(db, "repair-copies", { executionId: key.executionId });
}
