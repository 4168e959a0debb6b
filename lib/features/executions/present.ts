import type { Db } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import type { Execution, ExecutionDetail, Progress } from "#lib/features/executions/schema";

const names = {
  job: { select: { name: true } },
  datasource: { select: { name: true, type: true } },
  storageLocation: { select: { name: true } },
} satisfies Prisma.BackupExecutionInclude;

/** Lists leave out what is heavy: the metadata with its log lines, and the stack. */
export const executionRow = {
  omit: { metadata: true, errorStack: true, progress: true },
  include: names,
} satisfies Prisma.BackupExecutionDefaultArgs;
type Row = Prisma.BackupExecutionGetPayload<typeof executionRow>;

export const executionWithParts = {
  include: {
    ...names,
    chunks: { orderBy: { chunkNumber: "asc" } },
    copies: { include: { storageLocation: { select: { name: true } } }, orderBy: { createdAt: "asc" } },
  },
} satisfies Prisma.BackupExecutionDefaultArgs;
type DetailRow = Prisma.BackupExecutionGetPayload<typeof executionWithParts>;

/** A backup that can be offered: whole, listed, not on its way out (invariant I1). */
export function isRestorable(
  row: Pick<
    BackupExecution,
    "operation" | "status" | "artifactRemovedAt" | "corruptAt" | "deleteRequestedAt"
  >,
): boolean {
  return (
    row.operation === "backup" &&
    row.status === "completed" &&
    !row.artifactRemovedAt &&
    !row.corruptAt &&
    !row.deleteRequestedAt
  );
}

/** Whether a restore's request, in its metadata, is for a verification. */
export function isVerification(metadata: unknown): boolean {
  const { restore_request: request } = metadata as { restore_request?: { verification_mode?: unknown } };
  return request?.verification_mode === true;
}

/** Rows of a list; of the metadata that these leave out PostgreSQL reads only the one word that they need. */
export async function presentExecutions(
  db: Pick<Db, "backupExecution">,
  rows: readonly Row[],
): Promise<Execution[]> {
  const restores = rows.filter((row) => row.operation === "restore").map((row) => row.id);
  const path = ["restore_request", "verification_mode"];
  const found =
    restores.length === 0
      ? []
      : await db.backupExecution.findMany({
          where: { id: { in: restores }, metadata: { path, equals: true } },
          select: { id: true },
        });
  const verifications = new Set(found.map((row) => row.id));
  return rows.map((row) => presentExecution(row, verifications.has(row.id)));
}

export function presentExecution(row: Row, verification = false): Execution {
  return {
    id: row.id,
    jobId: row.jobId,
    jobName: row.job?.name ?? null,
    datasourceId: row.datasourceId,
    datasourceName: row.datasource?.name ?? null,
    datasourceType: row.datasource?.type ?? null,
    storageLocationId: row.storageLocationId,
    storageLocationName: row.storageLocation?.name ?? null,
    sourceExecutionId: row.sourceExecutionId,
    databaseName: row.databaseName,
    groupId: row.groupId,
    operation: row.operation,
    verification,
    status: row.status,
    backupType: row.backupType,
    scheduledFor: row.scheduledFor,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    durationSeconds: row.durationSeconds,
    sizeBytes: row.sizeBytes,
    compressedSizeBytes: row.compressedSizeBytes,
    backupPath: row.backupPath,
    filesCount: row.filesCount,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    restorable: isRestorable(row),
    verifiedAt: row.verifiedAt,
    corruptAt: row.corruptAt,
    artifactRemovedAt: row.artifactRemovedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    createdAt: row.createdAt,
  };
}

export function presentDetail(row: DetailRow): ExecutionDetail {
  const metadata = row.metadata as Record<string, unknown>;
  // Names that were true when it ran, for executions whose job or datasource is gone.
  const remembered = (key: string) => (typeof metadata[key] === "string" ? (metadata[key] as string) : null);
  const base = presentExecution(row, isVerification(metadata));
  return {
    ...base,
    jobName: base.jobName ?? remembered("job_name"),
    datasourceName: base.datasourceName ?? remembered("datasource_name"),
    errorStack: row.errorStack,
    metadata: { ...metadata, operation: row.operation },
    progress: row.progress as Progress | null,
    chunks: row.chunks.map(({ chunkNumber, filePath, sizeBytes, checksum }) => ({
      chunkNumber,
      filePath,
      sizeBytes,
      checksum,
    })),
    copies: row.copies.map((copy) => ({
      storageLocationId: copy.storageLocationId,
      storageLocationName: copy.storageLocation.name,
      status: copy.status,
      backupPath: copy.backupPath,
      sizeBytes: copy.sizeBytes,
      errorMessage: copy.errorMessage,
    })),
  };
}
