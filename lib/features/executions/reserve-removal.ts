import { AppError } from "#lib/core/errors";
import type { Tx } from "#lib/db/client";
import { holdsArtifactPin } from "#lib/features/executions/artifact-pin";

/**
 * Takes a backup out of everybody's reach before its files go, so that nothing half-removed is ever offered.
 * A restore or a download that uses it makes this a 409. Locks the row until the transaction ends.
 */
export async function reserveRemoval(tx: Tx, executionId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM backup_executions WHERE id = ${executionId}::uuid FOR UPDATE`;
  const restores = await tx.backupExecution.count({
    where: { sourceExecutionId: executionId, status: { in: ["queued", "running"] } },
  });
  if (restores > 0)
    throw new AppError("EXECUTION_NOT_DELETABLE", "This backup is being restored. Try again later.");
  if (!(await holdsArtifactPin(tx, executionId))) {
    throw new AppError("EXECUTION_NOT_DELETABLE", "This backup is being downloaded. Try again later.");
  }
  await tx.backupExecution.update({ where: { id: executionId }, data: { artifactRemovedAt: new Date() } });
}
