import { z } from "zod";

export const COMPRESSIONS = ["gzip", "zstd", "lz4", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Level used where the job names none (contract, section 6). */
export const DEFAULT_LEVEL: Record<Compression, number> = { gzip: 6, zstd: 3, lz4: 1, none: 0 };

const tableName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]+$/u, "Control characters are not allowed.");

const databaseName = tableName;

/** Files that a query names are taken along: rows with a path, looked up under the base directories. */
const referencedFiles = z.strictObject({
  enabled: z.boolean().default(false),
  discovery_query: z.string().trim().min(1).max(20_000),
  path_column: z.string().trim().min(1).max(255),
  base_directories: z
    .array(z.string().trim().startsWith("/", "Must be an absolute path.").max(1024))
    .min(1)
    .max(50),
  missing_file_policy: z.enum(["warn", "fail"]).default("warn"),
  max_files: z.int().min(1).max(1_000_000).default(10_000),
  source_type: z.enum(["local", "ssh"]).default("local"),
  /** For ssh: the id of the storage location of that type whose login is used. */
  source: z.strictObject({ storage_location_id: z.uuid() }).optional(),
});

/** `backup_options` of a job, keys as stored and on the wire. Absent values mean their defaults. */
export const backupOptions = z.strictObject({
  backup_type: z.enum(["full"]).default("full"),
  compression: z.enum(COMPRESSIONS).default("zstd"),
  compression_level: z.int().min(1).max(9).optional(),
  parallel_jobs: z.int().min(1).max(16).default(1),
  include_tables: z.array(tableName).max(1000).default([]),
  exclude_tables: z.array(tableName).max(1000).default([]),
  max_file_size_mb: z.int().min(1).max(1_048_576).optional(),
  storage_strategy: z.enum(["fallback", "replicate"]).default("fallback"),
  storage_targets: z
    .array(z.strictObject({ storage_location_id: z.uuid(), order: z.int().min(0).max(100) }))
    .max(10)
    .default([]),
  /** Several databases of the server, each with an execution of its own; absent: the datasource's one. */
  databases: z.union([z.literal("all"), z.array(databaseName).min(1).max(500)]).optional(),
  unreadable_file_policy: z.enum(["fail", "warn"]).default("fail"),
  referenced_files: referencedFiles.optional(),
});
export type BackupOptions = z.infer<typeof backupOptions>;

/** `retention_policy` of a job. GFS (keep_*) and count share one shape; `max_backups` wins. */
export const retentionPolicy = z
  .strictObject({
    max_backups: z.int().min(1).max(10_000).optional(),
    keep_daily: z.int().min(0).max(3650).optional(),
    keep_weekly: z.int().min(0).max(520).optional(),
    keep_monthly: z.int().min(0).max(240).optional(),
    auto_delete: z.boolean().default(true),
  })
  .refine(
    (p) =>
      p.max_backups !== undefined || (p.keep_daily ?? 0) + (p.keep_weekly ?? 0) + (p.keep_monthly ?? 0) > 0,
    { path: ["max_backups"], message: "A policy must keep at least one backup." },
  );
export type RetentionPolicy = z.infer<typeof retentionPolicy>;
