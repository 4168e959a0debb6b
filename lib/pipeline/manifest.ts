import { z } from "zod";
import { COMPRESSIONS, type Compression } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { StorageTarget } from "#lib/pipeline/io";
import { noneUsable } from "#lib/pipeline/none-usable";
import { type StorageAdapter, StorageError } from "#lib/storage/types";
import { COMPRESSION_SUFFIX } from "#lib/streams/compress";

export const MANIFEST_NAME = "manifest.json";
/** The whole log of a run, beside its artifact. */
export const LOG_FILE = "execution.log";
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_SLUG = 80;

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

/** A file beside the dump that belongs to the backup: the tar of referenced files. */
const attachment = chunk.omit({ number: true }).extend({ files_count: bytes });
export type ManifestAttachment = z.infer<typeof attachment>;

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
    attachments: z.array(attachment).optional(),
    created_at: z.iso.datetime(),
    metadata: z.looseObject({
      /** With the leading dot, for example ".dump". */
      extension: z.string().regex(/^\.[a-z0-9]{1,16}$/),
      /** The engine's `subject()` of the source. */
      database_name: z.string().optional(),
      /** The same, where the job takes several databases of the server. */
      one_of_several: z.string().optional(),
      /** Of a whole server: its databases; a table of the inventory is called `database.table`. */
      databases: z.array(z.string().min(1)).min(1).optional(),
      inventory: z
        .object({
          tables: z.record(z.string(), bytes),
          facts: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
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

/** Every file of an artifact but the manifest: the parts of the dump, then what goes with it. */
export function filesOf(manifest: Manifest): Pick<ManifestChunk, "file" | "size_bytes" | "checksum">[] {
  return [...manifest.chunks, ...(manifest.attachments ?? [])];
}

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

/** Like `readManifest`, but null where there is none. */
export async function findManifest(adapter: StorageAdapter, directory: string): Promise<Manifest | null> {
  try {
    return await readManifest(adapter, directory);
  } catch (error) {
    if (error instanceof StorageError && error.fault === "not-found") return null;
    throw error;
  }
}

/** The manifest of the first copy that gives a good one; rejects as `noneUsable` says otherwise. */
export async function readManifestOfAny(
  sources: readonly StorageTarget[],
  directory: string,
): Promise<Manifest> {
  const errors: unknown[] = [];
  for (const source of sources) {
    try {
      return await readManifest(source.adapter, directory);
    } catch (error) {
      errors.push(error);
    }
  }
  const telling = noneUsable(errors);
  if (telling.code !== "BACKUP_STORAGE_UNAVAILABLE") throw telling;
  throw new AppError(telling.code, `The backup's manifest cannot be read: ${telling.message}`, {
    cause: telling,
  });
}

/** Removes an artifact, its manifest first: what is left after a crash is then no backup any more. */
export async function removeArtifact(adapter: StorageAdapter, directory: string): Promise<void> {
  await adapter.remove(`${directory}/${MANIFEST_NAME}`);
  await adapter.remove(directory);
}

/** Lower-case ASCII letters, digits and hyphens, never empty: safe in every storage and file system. */
export function slug(name: string, fallback: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const result = plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, "");
  return result === "" ? fallback : result;
}

/** `YYYY-MM-DD_HHMMSS` in UTC. */
function stamp(instant: Date): string {
  const [day = "", time = ""] = instant.toISOString().split("T");
  return `${day}_${time.slice(0, 8).replaceAll(":", "")}`;
}

/** The folder of one artifact (contract, section 6). `createdAt` is the attempt's start. */
export function layoutDirectory(of: {
  datasourceName: string;
  jobName: string;
  createdAt: Date;
  executionId: string;
}): string {
  const leaf = `${stamp(of.createdAt)}_${of.executionId.slice(0, 8)}`;
  return `${slug(of.datasourceName, "datasource")}/${slug(of.jobName, "job")}/${leaf}`;
}

/** `{database}.{ext}.{zst|gz|lz4}`, before any part number. Keeps what is readable of the name. */
export function artifactFile(subject: string, extension: string, compression: Compression): string {
  const plain = subject
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-");
  const base = plain.replace(/^[.-]+|-+$/g, "").slice(0, MAX_SLUG) || "database";
  return `${base}${extension}${COMPRESSION_SUFFIX[compression]}`;
}

/** Parts are numbered whenever a job limits the file size, also where one is enough. */
export function partFile(file: string, number: number, numbered: boolean): string {
  return numbered ? `${file}.part-${String(number).padStart(3, "0")}` : file;
}

/** What the joined parts are called when they are downloaded as one file. */
export function artifactFileName(manifest: Manifest): string {
  return (manifest.chunks[0]?.file ?? "backup").replace(/\.part-\d+$/, "");
}

function corrupt(path: string, why: string): AppError {
  return new AppError("ARTIFACT_CORRUPT", `The manifest ${path} is damaged: ${why}.`);
}
