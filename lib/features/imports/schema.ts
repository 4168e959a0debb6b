import { z } from "zod";

/** What goes with an uploaded file; the file itself is the request's body. */
export const importInput = z.strictObject({
  fileName: z.string().min(1).max(255),
  targetDatasourceId: z.uuid(),
  /** Where the file is kept; default: the default storage location. */
  storageLocationId: z.uuid().optional(),
  targetDatabase: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}]+$/u)
    .optional(),
  dropExisting: z.stringbool().or(z.boolean()).default(true),
  confirmationPhrase: z.string().max(100).optional(),
});

export type ImportInput = z.input<typeof importInput>;

/** Scanning a storage for backups that are not listed, for example those of an older installation. */
export const scanReport = z.object({
  state: z.enum(["queued", "running", "done", "failed"]),
  startedAt: z.coerce.date().nullable(),
  finishedAt: z.coerce.date().nullable(),
  /** Manifests seen, backups listed anew, and those that were listed already. */
  found: z.int(),
  listed: z.int(),
  known: z.int(),
  /** Folders whose backup is damaged, with the reason; at most 50. */
  damaged: z.array(z.object({ path: z.string(), reason: z.string() })),
  error: z.string().nullable(),
});
export type ScanReport = z.infer<typeof scanReport>;
