import { z } from "zod";

/** What an entry is: a folder above backups or of strangers, a backup's folder, one of its files, or no part of any. */
export const FILE_ROLES = ["folder", "backup", "artifact", "chunk", "manifest", "log", "other"] as const;

/** Relative to the storage's root, with forward slashes; "" is the root. */
const path = z.string();

export const listFilesInput = z.strictObject({
  id: z.uuid(),
  path: path.default(""),
  cursor: z.string().max(4096).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Without a path it is the root, which is refused. */
export const deletePathInput = z.strictObject({ id: z.uuid(), path: path.default("") });

export const copyFileInput = z.strictObject({ id: z.uuid(), sourcePath: path, destinationPath: path });

export const downloadPathInput = z.strictObject({ id: z.uuid(), path: path.default("") });

export const storageFile = z.object({
  path: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  role: z.enum(FILE_ROLES),
  /** Null for folders. */
  sizeBytes: z.number().nullable(),
  modifiedAt: z.date().nullable(),
  /** The execution that it belongs to. */
  executionId: z.uuid().nullable(),
  /** Of an artifact in parts, from 1. */
  chunkNumber: z.int().nullable(),
  /** How many listed backups lie in this folder, at any depth; null for files. */
  backupsCount: z.int().nullable(),
});
export type StorageFile = z.infer<typeof storageFile>;

export const storageFilePage = z.object({
  path: z.string(),
  data: z.array(storageFile),
  /** Send it as `cursor` for what follows; null at the end. */
  nextCursor: z.string().nullable(),
});
export type StorageFilePage = z.infer<typeof storageFilePage>;
