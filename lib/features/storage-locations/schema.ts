import { z } from "zod";
import { pageInput } from "#lib/features/paging";

export const STORAGE_TYPES = ["local", "s3", "ssh", "minio", "backblaze"] as const;
export const STORAGE_STATUSES = ["healthy", "full", "unreachable"] as const;

const name = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(100, "At most 100 characters.")
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, "Control characters are not allowed.");
const config = z.record(z.string().max(64), z.unknown());

export const createStorageInput = z.strictObject({
  name,
  type: z.enum(STORAGE_TYPES),
  config,
  isDefault: z.boolean().default(false),
});

/** Absent members keep their value. The type of a storage never changes. */
export const updateStorageInput = z.strictObject({
  id: z.uuid(),
  name: name.optional(),
  type: z.enum(STORAGE_TYPES).optional(),
  config: config.optional(),
  isDefault: z.boolean().optional(),
});

export const storageId = z.strictObject({ id: z.uuid() });

export const listStorageInput = z.strictObject({
  ...pageInput,
  type: z.enum(STORAGE_TYPES).optional(),
  status: z.enum(STORAGE_STATUSES).optional(),
});

/** With the `id` of a saved location its secrets stand in for masked or empty ones. */
export const testStorageInput = z.strictObject({
  id: z.uuid().optional(),
  type: z.enum(STORAGE_TYPES),
  config,
});

export const storageLocation = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.enum(STORAGE_TYPES),
  config: z.record(z.string(), z.unknown()),
  isDefault: z.boolean(),
  availableSpaceGb: z.number().nullable(),
  /** Says nothing while `lastHealthCheckAt` is null: then nobody has looked yet. */
  status: z.enum(STORAGE_STATUSES),
  lastHealthCheckAt: z.date().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type StorageLocation = z.infer<typeof storageLocation>;

/** A row of the list, with what lies on the storage. */
export const storageSummary = storageLocation.extend({
  jobsCount: z.int(),
  backupsCount: z.int(),
  usedBytes: z.bigint(),
});
export type StorageSummary = z.infer<typeof storageSummary>;

/** What a storage test found. A failed test is an error that names the step and the reason. */
export const storageReport = z.object({
  ok: z.literal(true),
  latencyMs: z.int(),
  availableBytes: z.number().nullable(),
  /** Fingerprint of the key by which an SSH server is known. */
  hostKey: z.string().optional(),
  steps: z.array(
    z.object({
      step: z.string(),
      ok: z.boolean(),
      latencyMs: z.number(),
      error: z.string().optional(),
      reason: z.enum(["full", "auth_failed", "timeout"]).optional(),
    }),
  ),
});
export type StorageReport = z.infer<typeof storageReport>;
