import type { BackupOptions, RetentionPolicy } from "#lib/core/backup-options";
import type { Prisma } from "#lib/db/generated/client";
import type { BackupJob } from "#lib/features/backup-jobs/schema";

export const jobWithNames = {
  include: {
    datasource: { select: { name: true, type: true, enabled: true } },
    storageLocation: { select: { name: true } },
  },
} satisfies Prisma.BackupJobDefaultArgs;
export type JobWithNames = Prisma.BackupJobGetPayload<typeof jobWithNames>;

export function presentJob(row: JobWithNames): BackupJob {
  return {
    id: row.id,
    name: row.name,
    datasourceId: row.datasourceId,
    datasourceName: row.datasource.name,
    datasourceType: row.datasource.type,
    storageLocationId: row.storageLocationId,
    storageLocationName: row.storageLocation.name,
    scheduleCron: row.scheduleCron,
    scheduleTimezone: row.scheduleTimezone,
    enabled: row.enabled,
    retentionPolicy: row.retentionPolicy as RetentionPolicy,
    backupOptions: row.backupOptions as BackupOptions,
    lastExecutionAt: row.lastExecutionAt,
    nextExecutionAt: row.nextExecutionAt,
    scheduleError: row.scheduleError,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
