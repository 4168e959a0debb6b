import {
  type BackupOptions,
  type Compression,
  DEFAULT_LEVEL,
  type RetentionPolicy,
} from "#lib/core/backup-options";
import type { BackupJob } from "#lib/features/backup-jobs/schema";

/** The form of a job; keys as on the wire, so that the server's problems find their fields. */
export type JobValues = {
  name: string;
  datasource_id: string;
  storage_location_id: string;
  schedule_cron: string;
  schedule_timezone: string;
  enabled: boolean;
  retention_policy: { max_backups: number | null; auto_delete: boolean };
  backup_options: {
    compression: Compression;
    compression_level: number | null;
    parallel_jobs: number | null;
    include_tables: string[];
    exclude_tables: string[];
    max_file_size_mb: number | null;
  };
};

export type JobInput = {
  name: string;
  datasourceId: string;
  storageLocationId: string;
  scheduleCron: string;
  scheduleTimezone: string;
  enabled: boolean;
  retentionPolicy: RetentionPolicy;
  backupOptions: Partial<BackupOptions>;
};

/** What a field of the form offers. */
export type Choice = { id: string; name: string; type: string };

/** gzip and zstd have levels; lz4 has one only. */
export const hasLevel = (compression: Compression) => compression === "gzip" || compression === "zstd";

export function valuesOf(
  job: BackupJob | null,
  defaults: { datasourceId: string; storageLocationId: string; timeZone: string },
): JobValues {
  const options = job?.backupOptions;
  return {
    name: job?.name ?? "",
    datasource_id: job?.datasourceId ?? defaults.datasourceId,
    storage_location_id: job?.storageLocationId ?? defaults.storageLocationId,
    schedule_cron: job?.scheduleCron ?? "0 2 * * *",
    schedule_timezone: job?.scheduleTimezone ?? defaults.timeZone,
    enabled: job?.enabled ?? true,
    retention_policy: {
      max_backups: job ? (job.retentionPolicy.max_backups ?? null) : 7,
      auto_delete: job?.retentionPolicy.auto_delete ?? true,
    },
    backup_options: {
      compression: options?.compression ?? "zstd",
      compression_level: options?.compression_level ?? DEFAULT_LEVEL[options?.compression ?? "zstd"],
      parallel_jobs: options?.parallel_jobs ?? 1,
      include_tables: options?.include_tables ?? [],
      exclude_tables: options?.exclude_tables ?? [],
      max_file_size_mb: options?.max_file_size_mb ?? null,
    },
  };
}

/** What a script set by the API and this form does not show stays as it is. */
export function inputOf(values: JobValues, job: BackupJob | null): JobInput {
  const { compression, compression_level, parallel_jobs, max_file_size_mb, ...tables } =
    values.backup_options;
  const { max_backups: _count, ...policy } = job?.retentionPolicy ?? {};
  const { compression_level: _level, max_file_size_mb: _size, ...kept } = job?.backupOptions ?? {};
  const { max_backups, auto_delete } = values.retention_policy;
  return {
    name: values.name,
    datasourceId: values.datasource_id,
    storageLocationId: values.storage_location_id,
    scheduleCron: values.schedule_cron,
    scheduleTimezone: values.schedule_timezone,
    enabled: values.enabled,
    retentionPolicy: { ...policy, auto_delete, ...(max_backups === null ? {} : { max_backups }) },
    backupOptions: {
      ...kept,
      ...tables,
      compression,
      parallel_jobs: parallel_jobs ?? 1,
      ...(hasLevel(compression) && compression_level !== null ? { compression_level } : {}),
      ...(max_file_size_mb === null ? {} : { max_file_size_mb }),
    },
  };
}
