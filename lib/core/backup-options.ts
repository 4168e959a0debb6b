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
