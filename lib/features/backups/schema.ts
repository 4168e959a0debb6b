import { z } from "zod";
import { DATASOURCE_TYPES } from "#lib/features/datasources/schema";
import { execution } from "#lib/features/executions/schema";
import { pageInput } from "#lib/features/paging";

export const RESTORE_PHRASES = ["RESTAURAR", "RESTORE"] as const;
export const VERIFY_PHRASES = ["VERIFICAR RESTORE", "VERIFY RESTORE"] as const;

/** Accents, case and spacing do not count (contract, section 7). */
export function phraseMatches(given: string | undefined, accepted: readonly string[]): boolean {
  const plain = (text: string) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim().toUpperCase();
  return given !== undefined && accepted.includes(plain(given));
}

export const restoreInput = z.strictObject({
  executionId: z.uuid(),
  storageLocationId: z.uuid().optional(),
  targetDatasourceId: z.uuid().optional(),
  dropExisting: z.boolean().default(true),
  verificationMode: z.boolean().default(false),
  keepVerificationDatabase: z.boolean().default(false),
  tables: z.array(z.string().min(1).max(255)).max(1000).default([]),
  /**
   * The database of the target's server; default: the one the backup was taken of where its job names several,
   * else the target datasource's own. Of a whole server's backup it is the one that alone is restored.
   */
  targetDatabase: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}]+$/u)
    .optional(),
  confirmationPhrase: z.string().max(100).optional(),
});
export type RestoreInput = z.input<typeof restoreInput>;

/** As stored in `metadata.restore_request` (contract, section 6). */
export const restoreRequest = z.object({
  storage_location_id: z.uuid().nullable(),
  target_datasource_id: z.uuid(),
  drop_existing: z.boolean(),
  verification_mode: z.boolean(),
  keep_verification_database: z.boolean(),
  tables: z.array(z.string()),
  target_database: z.string().nullable().default(null),
});
export type RestoreRequest = z.infer<typeof restoreRequest>;

export const downloadInput = z.strictObject({
  executionId: z.uuid(),
  storageLocationId: z.uuid().optional(),
});

/** Stands in an address for backups whose datasource is not there (any more). */
export const UNASSIGNED = "unassigned";

export const backupDatasource = z.object({
  /** Null, with the name and type: backups whose datasource was deleted, or never was in this installation. */
  id: z.uuid().nullable(),
  name: z.string().nullable(),
  type: z.enum(DATASOURCE_TYPES).nullable(),
  backupsCount: z.int(),
  totalBytes: z.bigint(),
  lastBackupAt: z.date().nullable(),
  lastVerifiedAt: z.date().nullable(),
});
export type BackupDatasource = z.infer<typeof backupDatasource>;

export const listBackupsInput = z.strictObject({
  ...pageInput,
  datasourceId: z.uuid().or(z.literal(UNASSIGNED)),
});

export const backupEntry = execution.extend({
  checksum: z.string().nullable(),
  chunksCount: z.int(),
  storages: z.array(z.object({ id: z.uuid(), name: z.string(), status: z.string() })),
});
export type BackupEntry = z.infer<typeof backupEntry>;

export const restoreTarget = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.string(),
  /** Its server holds several databases, of which a restore may name one. */
  severalDatabases: z.boolean(),
});
export type RestoreTarget = z.infer<typeof restoreTarget>;
