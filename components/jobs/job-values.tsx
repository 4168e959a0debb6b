import {
  type BackupOptions,
  type Compression,
  DEFAULT_LEVEL,
  type RetentionPolicy,
} from "#lib/core/backup-options";
import type { BackupJob } from "#lib/features/backup-jobs/schema";
import type { Capabilities } from "#lib/features/datasources/capabilities";

type DatabasesMode = "own" | "all" | "list";
type StorageStrategy = BackupOptions["storage_strategy"];

/** The form of a job; keys as on the wire, so that the server's problems find their fields. */
export type JobValues = {
  name: string;
  datasource_id: string;
  /** Which of the server's databases; the names themselves lie among the options. */
  databases_mode: DatabasesMode;
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
    unreadable_file_policy: BackupOptions["unreadable_file_policy"];
    storage_strategy: StorageStrategy;
    /** Besides the main storage, in the order in which they stand in. */
    storage_targets: { storage_location_id: string }[];
    databases: string[];
    referenced_files: ReferencedValues;
  };
};

export type ReferencedFiles = NonNullable<BackupOptions["referenced_files"]>;

type ReferencedValues = Pick<
  ReferencedFiles,
  "enabled" | "discovery_query" | "path_column" | "base_directories"
> &
  Pick<ReferencedFiles, "missing_file_policy" | "source_type"> & {
    max_files: number | null;
    source: { storage_location_id: string };
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

export type DatasourceChoice = Choice & {
  /** What its connection names; null where it names none. */
  database: string | null;
  can: Capabilities;
};

/** A server without a database named, and a job that names none either: one backup of all that it has. */
export const isWholeServer = ({ database, can }: DatasourceChoice, mode: DatabasesMode) =>
  can.databases && database === null && mode === "own";

/** gzip and zstd have levels; lz4 has one only. */
export const hasLevel = (compression: Compression) => compression === "gzip" || compression === "zstd";

export function valuesOf(
  job: BackupJob | null,
  defaults: { datasourceId: string; storageLocationId: string; timeZone: string },
): JobValues {
  const options = job?.backupOptions;
  const databases = options?.databases;
  return {
    name: job?.name ?? "",
    datasource_id: job?.datasourceId ?? defaults.datasourceId,
    databases_mode: databases === undefined ? "own" : databases === "all" ? "all" : "list",
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
      unreadable_file_policy: options?.unreadable_file_policy ?? "fail",
      storage_strategy: options?.storage_strategy ?? "fallback",
      storage_targets: [...(options?.storage_targets ?? [])]
        .sort((a, b) => a.order - b.order)
        .map(({ storage_location_id }) => ({ storage_location_id })),
      databases: Array.isArray(databases) ? databases : [],
      referenced_files: referencedOf(options?.referenced_files),
    },
  };
}

const MAX_FILES = 10_000;

function referencedOf(stored: ReferencedFiles | undefined): ReferencedValues {
  return {
    enabled: stored?.enabled ?? false,
    discovery_query: stored?.discovery_query ?? "",
    path_column: stored?.path_column ?? "",
    base_directories: stored?.base_directories ?? [],
    missing_file_policy: stored?.missing_file_policy ?? "warn",
    max_files: stored?.max_files ?? MAX_FILES,
    source_type: stored?.source_type ?? "local",
    source: { storage_location_id: stored?.source?.storage_location_id ?? "" },
  };
}

/**
 * What a script set by the API and this form does not show stays as it is; what the datasource's type cannot do
 * goes.
 */
export function inputOf(values: JobValues, job: BackupJob | null, can: Capabilities | undefined): JobInput {
  const { max_backups: _count, ...policy } = job?.retentionPolicy ?? {};
  const { max_backups, auto_delete } = values.retention_policy;
  return {
    name: values.name,
    datasourceId: values.datasource_id,
    storageLocationId: values.storage_location_id,
    scheduleCron: values.schedule_cron,
    scheduleTimezone: values.schedule_timezone,
    enabled: values.enabled,
    retentionPolicy: { ...policy, auto_delete, ...(max_backups === null ? {} : { max_backups }) },
    backupOptions: optionsOf(values, job, can),
  };
}

function optionsOf(
  { databases_mode, backup_options: given }: JobValues,
  job: BackupJob | null,
  can: Capabilities | undefined,
): Partial<BackupOptions> {
  const {
    compression_level: _level,
    max_file_size_mb: _size,
    databases: _names,
    referenced_files: stored,
    ...kept
  } = job?.backupOptions ?? {};
  const { compression, compression_level, max_file_size_mb } = given;
  const databases = databases_mode === "all" ? databases_mode : given.databases;
  return {
    ...kept,
    compression,
    parallel_jobs: (can?.parallel && given.parallel_jobs) || 1,
    include_tables: can?.tables ? given.include_tables : [],
    exclude_tables: can?.tables ? given.exclude_tables : [],
    unreadable_file_policy: can?.unreadable ? given.unreadable_file_policy : "fail",
    storage_strategy: given.storage_strategy,
    storage_targets: given.storage_targets.map((target, index) => ({ ...target, order: index + 1 })),
    ...(hasLevel(compression) && compression_level !== null ? { compression_level } : {}),
    ...(max_file_size_mb === null ? {} : { max_file_size_mb }),
    ...referencedInput(given.referenced_files, can?.query ? stored : undefined, can?.query ?? false),
    ...(can?.databases && databases_mode !== "own" ? { databases } : {}),
  };
}

/** Turned off, what was stored stays for the next time; what was never filled in is not sent at all. */
function referencedInput(
  given: ReferencedValues,
  stored: ReferencedFiles | undefined,
  possible: boolean,
): Pick<Partial<BackupOptions>, "referenced_files"> {
  if (!possible || !given.enabled) return stored ? { referenced_files: { ...stored, enabled: false } } : {};
  const { source, max_files, ...rest } = given;
  const remote = given.source_type === "ssh" && source.storage_location_id !== "";
  return { referenced_files: { ...rest, max_files: max_files ?? MAX_FILES, ...(remote ? { source } : {}) } };
}
