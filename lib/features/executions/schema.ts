import { z } from "zod";
import { instant } from "#lib/features/instant";
import { pageInput } from "#lib/features/paging";

export const EXECUTION_STATUSES = ["queued", "running", "completed", "failed", "cancelled"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
export const OPERATIONS = ["backup", "restore"] as const;

export const executionId = z.strictObject({ id: z.uuid() });

export const listExecutionsInput = z.strictObject({
  ...pageInput,
  status: z.enum(EXECUTION_STATUSES).optional(),
  operation: z.enum(OPERATIONS).optional(),
  jobId: z.uuid().optional(),
  datasourceId: z.uuid().optional(),
  storageLocationId: z.uuid().optional(),
  groupId: z.uuid().optional(),
  from: instant.optional(),
  to: instant.optional(),
});

export const logLine = z.object({
  id: z.string(),
  ts: z.date(),
  level: z.string(),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** Bytes read from the source, bytes written to storage, and what the source is thought to hold. */
export const progress = z.object({
  phase: z.string(),
  bytesRead: z.number(),
  bytesWritten: z.number(),
  bytesPerSecond: z.number(),
  estimatedBytes: z.number().nullable(),
});
export type Progress = z.infer<typeof progress>;

export const execution = z.object({
  id: z.uuid(),
  jobId: z.uuid().nullable(),
  jobName: z.string().nullable(),
  datasourceId: z.uuid().nullable(),
  datasourceName: z.string().nullable(),
  datasourceType: z.string().nullable(),
  storageLocationId: z.uuid().nullable(),
  storageLocationName: z.string().nullable(),
  sourceExecutionId: z.uuid().nullable(),
  /** Of the server, where the job names several; such executions of one run share `group_id`. */
  databaseName: z.string().nullable(),
  groupId: z.uuid().nullable(),
  operation: z.enum(OPERATIONS),
  /** A restore into a temporary database, to compare it. */
  verification: z.boolean(),
  status: z.enum(EXECUTION_STATUSES),
  backupType: z.string(),
  scheduledFor: z.date().nullable(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  durationSeconds: z.number().nullable(),
  sizeBytes: z.bigint().nullable(),
  compressedSizeBytes: z.bigint().nullable(),
  backupPath: z.string().nullable(),
  filesCount: z.int().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  /** True while the artifact can be downloaded and restored. */
  restorable: z.boolean(),
  verifiedAt: z.date().nullable(),
  corruptAt: z.date().nullable(),
  artifactRemovedAt: z.date().nullable(),
  cancelRequestedAt: z.date().nullable(),
  createdAt: z.date(),
});
export type Execution = z.infer<typeof execution>;

/** One run of a job: a single execution, or those of its several databases taken together. */
export const jobRun = execution.extend({
  /** How many databases the run covers; null for a single execution. */
  databasesCount: z.int().nullable(),
});
export type JobRun = z.infer<typeof jobRun>;

/** What a verification or an import made on a server beside what is there, in the execution's metadata. */
const temporaryDatabase = z.object({
  name: z.string(),
  /** The datasource on whose server it is. */
  datasource_id: z.uuid(),
  /** That server, or the folder, as it was when it was made. */
  place: z.string(),
  /** `left`: given up on, to be dropped by hand. `kept`: as a person asked for. */
  state: z.enum(["pending", "dropped", "kept", "left"]),
});
export type TemporaryDatabase = z.infer<typeof temporaryDatabase>;
const withTemporary = z.object({ temporary_databases: z.array(temporaryDatabase) });

/** The temporary databases that an execution remembers, in the order in which they were made. */
export function temporaryDatabasesOf(metadata: unknown): TemporaryDatabase[] {
  return withTemporary.safeParse(metadata).data?.temporary_databases ?? [];
}

export const executionDetail = execution.extend({
  errorStack: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  progress: progress.nullable(),
  chunks: z.array(
    z.object({ chunkNumber: z.int(), filePath: z.string(), sizeBytes: z.bigint(), checksum: z.string() }),
  ),
  copies: z.array(
    z.object({
      storageLocationId: z.uuid(),
      storageLocationName: z.string(),
      status: z.string(),
      backupPath: z.string(),
      sizeBytes: z.bigint().nullable(),
      errorMessage: z.string().nullable(),
    }),
  ),
});
export type ExecutionDetail = z.infer<typeof executionDetail>;

export const executionLogsInput = executionId.extend({
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});

export const executionLogs = z.object({
  executionId: z.uuid(),
  status: z.enum(EXECUTION_STATUSES),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  logs: z.array(logLine),
});

/** Answer of everything that is queued (202). */
export const queuedExecution = z.object({
  executionId: z.uuid(),
  status: z.literal("queued"),
  message: z.string(),
});
export type QueuedExecution = z.infer<typeof queuedExecution>;
