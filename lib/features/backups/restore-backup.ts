import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { AppError, validationError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import type { BackupExecution } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import {
  phraseMatches,
  RESTORE_PHRASES,
  type RestoreRequest,
  restoreInput,
  VERIFY_PHRASES,
} from "#lib/features/backups/schema";
import type { Context } from "#lib/features/context";
import { isRestorable } from "#lib/features/executions/present";
import { findExecution } from "#lib/features/executions/queries";
import { queuedExecution } from "#lib/features/executions/schema";
import { idInScope } from "#lib/features/scope";
import { command } from "#lib/features/use-case";
import { enqueue } from "#lib/tasks/enqueue";

type Input = z.output<typeof restoreInput>;

function restorePermission(input: Input) {
  return input.verificationMode ? ("backups.restore_verify" as const) : ("backups.restore" as const);
}

export const restoreBackup = command({
  name: "backup.restore",
  summary: "Queues a restore of a backup, or its verification in a temporary database.",
  permission: "backups.read",
  access: restorePermission,
  input: restoreInput,
  output: queuedExecution,
  critical: { action: "backup.restore", resource: (input) => ({ type: "execution", id: input.executionId }) },
  run: async (tx, input, ctx) => {
    checkPhrase(input.confirmationPhrase, input.verificationMode ? "verify" : "restore");
    const source = await lockSource(tx, ctx, input.executionId);
    const target = await findTarget(tx, ctx, input, source);
    await checkCopy(tx, source.id, input.storageLocationId);
    if (input.verificationMode && !engineFor(target.type).verification) {
      throw new AppError("RESTORE_NOT_SUPPORTED", `Verification is not available for ${target.type}.`);
    }
    const request: RestoreRequest = {
      storage_location_id: input.storageLocationId ?? null,
      target_datasource_id: target.id,
      drop_existing: input.dropExisting,
      verification_mode: input.verificationMode,
      keep_verification_database: input.keepVerificationDatabase,
      tables: input.tables,
      target_database: checkedDatabase(target.type, input.targetDatabase) ?? source.databaseName,
    };
    const id = await queueRestore(tx, source, target, request);
    const what = input.verificationMode ? "verification" : "restore";
    return {
      executionId: id,
      status: "queued" as const,
      message: `The ${what} into “${target.name}” is queued.`,
    };
  },
  audit: (result, input) => ({
    resourceType: "execution",
    resourceId: input.executionId,
    metadata: {
      execution_id: result.executionId,
      target_datasource_id: input.targetDatasourceId ?? null,
      verification_mode: input.verificationMode,
      drop_existing: input.dropExisting,
    },
  }),
});

/** Inserts the queued restore and rings the workers; also used to run a failed one again. */
export async function queueRestore(
  tx: Tx,
  source: Pick<BackupExecution, "id" | "jobId" | "storageLocationId" | "metadata">,
  target: { id: string; name: string },
  request: RestoreRequest,
): Promise<string> {
  const id = randomUUID();
  const metadata = source.metadata as { job_name?: string };
  await tx.backupExecution.create({
    data: {
      id,
      jobId: source.jobId,
      datasourceId: target.id,
      storageLocationId: request.storage_location_id ?? source.storageLocationId,
      sourceExecutionId: source.id,
      operation: "restore",
      metadata: {
        operation: "restore",
        enqueue_source: "manual",
        source_execution_id: source.id,
        job_name: metadata.job_name ?? null,
        datasource_name: target.name,
        restore_request: { ...request },
      },
    },
  });
  await enqueue(tx, "restore", { executionId: id });
  return id;
}

/** The backup, locked so that retention cannot take it away between this check and the restore's row. */
export async function lockSource(tx: Tx, ctx: Context, id: string): Promise<BackupExecution> {
  await findExecution(tx, ctx, id, "backups.read");
  await tx.$queryRaw`SELECT 1 FROM backup_executions WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.backupExecution.findUniqueOrThrow({ where: { id } });
  if (isRestorable(row)) return row;
  const why = row.corruptAt
    ? "its files failed their check"
    : row.artifactRemovedAt
      ? "its files were removed"
      : row.operation === "restore"
        ? "it is a restore, not a backup"
        : `it is ${row.status}`;
  throw new AppError("BACKUP_NOT_RESTORABLE", `This backup cannot be restored: ${why}.`);
}

async function findTarget(tx: Tx, ctx: Context, input: Input, source: BackupExecution) {
  const id = input.targetDatasourceId ?? source.datasourceId;
  if (!id) throw validationError([{ field: "target_datasource_id", message: "Choose where to restore to." }]);
  const target = await tx.datasource.findFirst({
    where: { AND: idInScope(ctx, id, "datasource", [restorePermission(input)]) },
  });
  if (!target)
    throw validationError([{ field: "target_datasource_id", message: "There is no such datasource." }]);
  if (!target.enabled) {
    throw validationError([{ field: "target_datasource_id", message: "This datasource is disabled." }]);
  }
  const origin = source.datasourceId
    ? await tx.datasource.findUnique({ where: { id: source.datasourceId }, select: { type: true } })
    : null;
  const type = origin?.type ?? (source.metadata as { datasource_type?: string }).datasource_type;
  if (type && type !== target.type) {
    throw new AppError("RESTORE_TARGET_TYPE_MISMATCH", `A backup of ${type} cannot go into ${target.type}.`);
  }
  return target;
}

/** A named database needs an engine that can point to it. */
export function checkedDatabase(type: string, name: string | undefined): string | undefined {
  if (name === undefined || engineFor(type).databases) return name;
  throw validationError([
    { field: "target_database", message: `A ${type} datasource is one database: leave this empty.` },
  ]);
}

async function checkCopy(tx: Tx, executionId: string, storageLocationId: string | undefined): Promise<void> {
  const copies = await tx.backupCopy.findMany({
    where: { executionId, status: "stored", ...(storageLocationId ? { storageLocationId } : {}) },
  });
  if (copies.length > 0) return;
  throw new AppError("STORAGE_NOT_FOUND_FOR_BACKUP", "No storage that you named holds this backup.");
}

/** RESTORE_CONFIRMATION_REQUIRED where the typed words are not those of the action. */
export function checkPhrase(given: string | undefined, action: "restore" | "verify"): void {
  const accepted = action === "verify" ? VERIFY_PHRASES : RESTORE_PHRASES;
  if (phraseMatches(given, accepted)) return;
  throw new AppError("RESTORE_CONFIRMATION_REQUIRED", `Type “${accepted[0]}” to confirm.`, {
    details: { expected_phrase: accepted[0] },
  });
}
