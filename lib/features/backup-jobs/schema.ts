import { z } from "zod";
import { backupOptions, retentionPolicy } from "#lib/core/backup-options";
import { pageInput } from "#lib/features/paging";

const name = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(100, "At most 100 characters.")
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, "Control characters are not allowed.");
const scheduleCron = z.string().trim().min(9, "Enter a schedule.").max(200);
const scheduleTimezone = z.string().trim().min(1).max(64);

export const createJobInput = z.strictObject({
  name,
  datasourceId: z.uuid(),
  storageLocationId: z.uuid(),
  scheduleCron,
  scheduleTimezone: scheduleTimezone.default("UTC"),
  enabled: z.boolean().default(true),
  retentionPolicy: retentionPolicy.prefault({ max_backups: 7 }),
  backupOptions: backupOptions.prefault({}),
});

/** Absent members keep their value. */
export const updateJobInput = z.strictObject({
  id: z.uuid(),
  name: name.optional(),
  datasourceId: z.uuid().optional(),
  storageLocationId: z.uuid().optional(),
  scheduleCron: scheduleCron.optional(),
  scheduleTimezone: scheduleTimezone.optional(),
  enabled: z.boolean().optional(),
  retentionPolicy: retentionPolicy.optional(),
  backupOptions: backupOptions.optional(),
});

export const jobId = z.strictObject({ id: z.uuid() });

export const listJobsInput = z.strictObject({
  ...pageInput,
  datasourceId: z.uuid().optional(),
  storageLocationId: z.uuid().optional(),
  enabled: z.stringbool().or(z.boolean()).optional(),
});

export const backupJob = z.object({
  id: z.uuid(),
  name: z.string(),
  datasourceId: z.uuid(),
  datasourceName: z.string(),
  datasourceType: z.string(),
  storageLocationId: z.uuid(),
  storageLocationName: z.string(),
  scheduleCron: z.string(),
  scheduleTimezone: z.string(),
  enabled: z.boolean(),
  retentionPolicy,
  backupOptions,
  lastExecutionAt: z.date().nullable(),
  nextExecutionAt: z.date().nullable(),
  scheduleError: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type BackupJob = z.infer<typeof backupJob>;

/** A row of the list, with how the last run went. */
export const backupJobSummary = backupJob.extend({
  lastExecutionId: z.uuid().nullable(),
  lastStatus: z.string().nullable(),
  lastRunAt: z.date().nullable(),
  lastDurationSeconds: z.number().nullable(),
  lastSizeBytes: z.bigint().nullable(),
});
export type BackupJobSummary = z.infer<typeof backupJobSummary>;
