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

/** What the metadata knows and the columns do not: of restores, and where job or datasource is gone. */
interface Remembered {
  readonly id: string;
  /** As they were called when it ran. */
  readonly jobName: string | null;
  readonly datasourceName: string | null;
  readonly verification: boolean;
}

/** Presents rows of a list; of the metadata that these leave out PostgreSQL reads only the few words needed. */
export async function executionPresenter(
  db: Pick<Db, "$queryRaw">,
  rows: readonly Row[],
): Promise<(row: Row) => Execution> {
  const asked = rows
    .filter((row) => row.operation === "restore" || row.job === null || row.datasource === null)
    .map((row) => row.id);
  const found =
    asked.length === 0
      ? []
      : await db.$queryRaw<Remembered[]>`
          SELECT id, metadata->>'job_name' AS "jobName", metadata->>'datasource_name' AS "datasourceName",
                 coalesce(metadata#>'{restore_request,verification_mode}' = 'true', false) AS verification
          FROM backup_executions WHERE id = ANY(${asked}::uuid[])`;
  const byId = new Map(found.map((each) => [each.id, each]));
  return (row) => {
    const shown = presentExecution(row, byId.get(row.id)?.verification);
    const { jobName = null, datasourceName = null } = byId.get(row.id) ?? {};
    return {
      ...shown,
      jobName: shown.jobName ?? jobName,
      datasourceName: shown.datasourceName ?? datasourceName,
    };
  };
}

export async function presentExecutions(
  db: Pick<Db, "$queryRaw">,
  rows: readonly Row[],
): Promise<Execution[]> {
  return rows.map(await executionPresenter(db, rows));
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
