import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { COMPRESSIONS } from "#lib/core/backup-options";
import type { StorageAdapter } from "#lib/storage/types";

export const MANIFEST_NAME = "manifest.json";
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

const bytes = z.int().min(0);
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** A plain name: a foreign manifest must not lead to files elsewhere. */
const fileName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[/\\\p{Cc}]/u.test(name) && !name.startsWith("."), "Must be a plain file name.");

const chunk = z.object({
  /** From 1, without gaps. */
  number: z.int().min(1),
  file: fileName,
  size_bytes: bytes,
  /** 64 hexadecimal digits, as in the backup_chunks table (contract, section 5). */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestChunk = z.infer<typeof chunk>;

/** `manifest.json` beside each artifact, written last (contract, section 6). */
export const manifestSchema = z
  .object({
    version: z.literal(1),
    execution_id: z.string().min(1),
    job_id: z.string().nullable(),
    datasource_type: z.string(),
    backup_type: z.string(),
    compression: z.enum(COMPRESSIONS),
    encryption: z.null(),
    /** Before compression. */
    total_size_bytes: bytes,
    /** The sum of the parts. */
    compressed_size_bytes: bytes,
    /** Of the joined parts. */
    checksum: sha256,
    chunks: z.array(chunk).min(1),
    created_at: z.iso.datetime(),
    metadata: z.looseObject({
      /** With the leading dot, for example ".dump". */
      extension: z.string().regex(/^\.[a-z0-9]{1,16}$/),
      inventory: z.object({ tables: z.record(z.string(), bytes) }).optional(),
    }),
  })
  .refine((manifest) => manifest.chunks.every((part, index) => part.number === index + 1), {
    path: ["chunks"],
    message: "Parts are missing, doubled or out of order.",
  })
  .refine((m) => m.chunks.reduce((sum, part) => sum + part.size_bytes, 0) === m.compressed_size_bytes, {
    path: ["compressed_size_bytes"],
    message: "Does not equal the sum of the parts.",
  });
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads and checks the manifest in a folder. ARTIFACT_CORRUPT where it is not one; else storage errors. */
export async function readManifest(adapter: StorageAdapter, directory: string): Promise<Manifest> {
  const path = `${directory}/${MANIFEST_NAME}`;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of await adapter.get(path, { signal: new AbortController().signal })) {
    size += part.byteLength;
    if (size > MAX_MANIFEST_BYTES) throw corrupt(path, "it is far too large");
    parts.push(part);
  }
  return parseManifest(Buffer.concat(parts).toString("utf8"), path);
}

/** `path` names the manifest in the error. */
export function parseManifest(text: string, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw corrupt(path, "it is not JSON");
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw corrupt(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
}

function corrupt(path: string, why: string): AppError {
  return new AppError("ARTIFACT_CORRUPT", `The manifest ${path} is damaged: ${why}.`);
}
