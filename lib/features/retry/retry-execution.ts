import { AppError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import type { BackupExecution } from "#lib/db/generated/client";
import { findJob } from "#lib/features/backup-jobs/queries";
import { lockSource, queueRestore } from "#lib/features/backups/restore-backup";
import { restoreRequest } from "#lib/features/backups/schema";
import type { Context } from "#lib/features/context";
import { passCriticalGate } from "#lib/features/critical/pass-critical-gate";
import { findExecution } from "#lib/features/executions/queries";
import { queueBackup } from "#lib/features/executions/queue-execution";
import { executionId, queuedExecution } from "#lib/features/executions/schema";
import { assertAccess, command } from "#lib/features/use-case";

export const retryExecution = command({
  name: "execution.retry",
  summary: "Queues a failed or cancelled execution again, as a new execution with the same request.",
  permission: "executions.control",
  input: executionId,
  output: queuedExecution,
  // Running it again is running it: the gate of the original action applies.
  prepare: async (input, ctx) => {
    const { operation, id } = await findExecution(ctx.db, ctx, input.id, "executions.control");
    const action = operation === "backup" ? "backup_job.run" : "backup.restore";
    await passCriticalGate(ctx, action, { type: "execution", id });
  },
  run: async (tx, input, ctx) => {
    const row = await findExecution(tx, ctx, input.id, "executions.control");
    if (row.status !== "failed" && row.status !== "cancelled") {
      throw new AppError(
        "EXECUTION_NOT_RETRIABLE",
        `Only a failed or cancelled execution can run again; this is ${row.status}.`,
      );
    }
    const id = row.operation === "backup" ? await again(tx, ctx, row) : await restoreAgain(tx, ctx, row);
    return { executionId: id, status: "queued" as const, message: `The ${row.operation} is queued again.` };
  },
  audit: (result, input) => ({
    resourceType: "execution",
    resourceId: input.id,
    metadata: { execution_id: result.executionId },
  }),
});

async function again(tx: Tx, ctx: Context, row: BackupExecution): Promise<string> {
  assertAccess(ctx, "backup_jobs.run");
  if (!row.jobId) throw new AppError("EXECUTION_NOT_RETRIABLE", "The job of this backup was deleted.");
  const { databaseName, groupId } = row;
  return queueBackup(tx, await findJob(tx, ctx, row.jobId, "backup_jobs.run"), "retry", {
    databaseName,
    groupId,
  });
}

async function restoreAgain(tx: Tx, ctx: Context, row: BackupExecution): Promise<string> {
  const request = restoreRequest.parse((row.metadata as { restore_request?: unknown }).restore_request);
  assertAccess(ctx, request.verification_mode ? "backups.restore_verify" : "backups.restore");
  if (!row.sourceExecutionId)
    throw new AppError("EXECUTION_NOT_RETRIABLE", "The backup of this restore was deleted.");
  const source = await lockSource(tx, ctx, row.sourceExecutionId);
  const target = await tx.datasource.findUnique({ where: { id: request.target_datasource_id } });
  if (!target) throw new AppError("EXECUTION_NOT_RETRIABLE", "The datasource to restore into was deleted.");
  return queueRestore(tx, source, target, request);
}
