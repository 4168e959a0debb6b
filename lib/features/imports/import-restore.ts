import { randomUUID } from "node:crypto";
import { AppError, validationError } from "#lib/core/errors";
import { database } from "#lib/db/client";
import type { Datasource, StorageLocation } from "#lib/db/generated/client";
import { writeAudit } from "#lib/features/audit/write-audit";
import { checkedDatabase, checkPhrase, queueRestore } from "#lib/features/backups/restore-backup";
import type { Context } from "#lib/features/context";
import { passCriticalGate } from "#lib/features/critical/pass-critical-gate";
import { finishExecution } from "#lib/features/executions/finish-execution";
import { LEASE_SECONDS, renewLease } from "#lib/features/executions/lease";
import type { QueuedExecution } from "#lib/features/executions/schema";
import { importInput } from "#lib/features/imports/schema";
import { readUploadName, type UploadName } from "#lib/features/imports/upload-name";
import { completedBackup, storeArtifact } from "#lib/features/runs/commit-backup";
import { ExecutionLog } from "#lib/features/runs/execution-log";
import { endBadly } from "#lib/features/runs/run-backup";
import { type Held, withLease } from "#lib/features/runs/with-lease";
import { idInScope, scopeIds } from "#lib/features/scope";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { assertAccess, parse } from "#lib/features/use-case";
import { MANIFEST_NAME, slug } from "#lib/pipeline/manifest";
import { receiveArtifact } from "#lib/pipeline/receive";

interface ImportPlan {
  readonly name: UploadName;
  readonly fileName: string;
  readonly target: Datasource;
  readonly targetDatabase: string | null;
  readonly location: StorageLocation;
  readonly dropExisting: boolean;
}

interface Import extends ImportPlan {
  readonly id: string;
  readonly directory: string;
  readonly createdAt: Date;
}

/**
 * Everything that can be refused before the first byte: permission, fields, phrase, target, the gate of critical
 * actions, the file's name, the storage.
 */
export async function planImport(ctx: Context, raw: unknown): Promise<ImportPlan> {
  assertAccess(ctx, "backups.restore");
  const input = parse(importInput, raw);
  checkPhrase(input.confirmationPhrase, "restore");
  const target = await findTarget(ctx, input.targetDatasourceId);
  await passCriticalGate(ctx, "backup.import_restore", { type: "datasource", id: target.id });
  return {
    name: readUploadName(input.fileName, target.type),
    fileName: input.fileName,
    target,
    targetDatabase: checkedDatabase(target.type, input.targetDatabase) ?? null,
    location: await findLocation(ctx, input.storageLocationId),
    dropExisting: input.dropExisting,
  };
}

/**
 * Takes a backup file from outside: streams it to a storage, where it is listed like any other backup, and
 * queues its restore. The file passes once and is never held in memory. A client that goes away ends it, and
 * nothing stays.
 * @throws INVALID_UPLOAD, RESTORE_CONFIRMATION_REQUIRED, and what the gate of critical actions throws
 */
export async function importRestore(
  ctx: Context,
  raw: unknown,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<QueuedExecution> {
  const plan = await planImport(ctx, raw);
  const { name, target, location } = plan;
  const id = randomUUID();
  const createdAt = new Date();
  const stamp = createdAt.toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "");
  const directory = `imports/${slug(name.subject, "backup")}/${stamp}_${id.slice(0, 8)}`;
  const job: Import = { ...plan, id, directory, createdAt };
  await receive(ctx, job, bytes, signal);
  const restoreId = await ctx.db.$transaction(async (tx) => {
    const source = await tx.backupExecution.findUniqueOrThrow({ where: { id } });
    const queued = await queueRestore(tx, source, target, {
      storage_location_id: location.id,
      target_datasource_id: target.id,
      drop_existing: plan.dropExisting,
      verification_mode: false,
      keep_verification_database: false,
      tables: [],
      target_database: plan.targetDatabase,
    });
    await writeAudit(tx, ctx, {
      action: "backup.import_restore",
      resourceType: "datasource",
      resourceId: target.id,
      metadata: { execution_id: queued, backup_id: id, file_name: plan.fileName },
    });
    return queued;
  });
  const message = `The file is stored; its restore into “${target.name}” is queued.`;
  return { executionId: restoreId, status: "queued", message };
}

/** The backup's row lives and ends like that of every other one, so that a crash is found by the sweeper. */
async function receive(
  ctx: Context,
  job: Import,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const lease = { executionId: job.id, token: 1 };
  await insertRow(ctx, job);
  // From the first moment on by the database's clock, like every lease.
  await renewLease(ctx.db, lease, null);
  const log = new ExecutionLog(ctx.db, job.id, []);
  try {
    await withLease(ctx.db, lease, signal, (held) => store(ctx, job, bytes, held, log));
  } catch (error) {
    await endBadly(database(), lease, log, signal.aborted ? gone() : error);
    if (signal.aborted) throw gone();
    throw error;
  }
}

const gone = () => new AppError("CANCELLED", "The upload broke off; nothing of it was kept.");

async function store(
  ctx: Context,
  job: Import,
  bytes: AsyncIterable<Uint8Array>,
  held: Held,
  log: ExecutionLog,
): Promise<void> {
  const { id, name, target, location, directory, createdAt } = job;
  const started = performance.now();
  const adapter = openStorage(location);
  try {
    const place = { storageLocationId: location.id, name: location.name, adapter };
    const metadata = { imported_file: job.fileName, datasource_name: target.name };
    const manifest = await receiveArtifact(
      {
        ...name,
        executionId: id,
        datasourceType: target.type,
        target: place,
        directory,
        createdAt,
        metadata,
      },
      bytes,
      { signal: held.signal },
    );
    log.add("info", `Received ${job.fileName}, stored on ${location.name}: ${manifest.checksum}`);
    await log.flush();
    const backupPath = `${directory}/${manifest.chunks[0]?.file ?? ""}`;
    const copy = {
      storageLocationId: location.id,
      backupPath,
      manifestPath: `${directory}/${MANIFEST_NAME}`,
      latencyMs: Math.round(performance.now() - started),
    };
    const stored = { manifest, backupPath, successes: [copy], failures: [], filesCount: null };
    await finishExecution(ctx.db, { executionId: id, token: 1 }, completedBackup(stored), (tx, ended) =>
      storeArtifact(tx, ended, stored, directory),
    );
  } finally {
    await adapter.close();
  }
}

async function insertRow(ctx: Context, job: Import): Promise<void> {
  await ctx.db.backupExecution.create({
    data: {
      id: job.id,
      datasourceId: job.target.id,
      storageLocationId: job.location.id,
      status: "running",
      startedAt: job.createdAt,
      leaseToken: 1,
      leaseOwner: `web:${process.pid}`,
      leaseExpiresAt: new Date(Date.now() + LEASE_SECONDS * 1000),
      metadata: {
        operation: "backup",
        enqueue_source: "import",
        datasource_name: job.target.name,
        datasource_type: job.target.type,
        imported_file: job.fileName,
        directory: job.directory,
        target_storage_ids: [job.location.id],
      },
    },
  });
}

async function findTarget(ctx: Context, id: string): Promise<Datasource> {
  const target = await ctx.db.datasource.findFirst({
    where: { AND: idInScope(ctx, id, "datasource", ["backups.restore"]) },
  });
  if (target?.enabled) return target;
  const message = target ? "This datasource is disabled." : "There is no such datasource.";
  throw validationError([{ field: "target_datasource_id", message }]);
}

async function findLocation(ctx: Context, id: string | undefined): Promise<StorageLocation> {
  const location = await ctx.db.storageLocation.findFirst({
    where: {
      AND: [id ? { id } : { isDefault: true }, { id: scopeIds(ctx, "storage.read", "storage_location") }],
    },
  });
  if (location) return location;
  const message = id ? "There is no such storage location." : "Choose where the file is to be kept.";
  throw validationError([{ field: "storage_location_id", message }]);
}
