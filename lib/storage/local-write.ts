import { randomUUID } from "node:crypto";
import { type FileHandle, link, lstat, mkdir, open, rename, statfs, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ReadBack } from "#lib/storage/local-read-back";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { StorageError, type StoredFile } from "#lib/storage/types";
import { codeOf } from "#lib/streams/real-path";

/** Written bytes after which the disk is told to begin: the last fsync then has little left to do. */
const FLUSH_BYTES = 32 * 1024 * 1024;
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly overwrite: boolean;
  /** Bytes that may still be stored (max_size_gb), or Infinity. */
  readonly allowance: number;
}

/** Makes a directory's entries durable. Some network file systems cannot; they answer EINVAL. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Writes a whole file or nothing: under a temporary name in the same folder, fsync, then linked to its name
 * and the folder fsynced. What was written is read back on the way; its SHA-256 is part of the answer.
 */
export async function writeWhole(
  target: string,
  bytes: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<StoredFile> {
  const directory = dirname(target);
  const temporary = join(directory, `${PARTIAL_PREFIX}${randomUUID()}`);
  const handle = await openNew(temporary);
  const readBack = new ReadBack(temporary);
  try {
    let sizeBytes: number;
    let sha256: string;
    try {
      sizeBytes = await writeAll(handle, bytes, options, directory, readBack);
      [sha256] = await Promise.all([readBack.finish(), handle.sync()]);
    } finally {
      await Promise.all([handle.close(), readBack.close()]);
    }
    options.signal.throwIfAborted();
    await publish(temporary, target, options.overwrite);
    await syncDirectory(directory);
    return { sizeBytes, check: { kind: "read-back", sha256 } };
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** Creates missing folders. A remover of empty folders may come between: then once more. */
async function openNew(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt += 1) {
    const directory = dirname(path);
    const first = await mkdir(directory, { recursive: true, mode: 0o700 });
    try {
      const handle = await open(path, "wx", 0o600);
      if (first !== undefined) await syncCreated(first, directory);
      return handle;
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || attempt === 5) throw error;
    }
  }
}

async function syncCreated(first: string, last: string): Promise<void> {
  for (let directory = last; ; directory = dirname(directory)) {
    await syncDirectory(dirname(directory));
    if (directory === first || dirname(directory) === directory) return;
  }
}

async function writeAll(
  handle: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  directory: string,
  readBack: ReadBack,
): Promise<number> {
  let written = 0;
  let flushed = 0;
  let flushing: Promise<void> | null = null;
  for await (const chunk of bytes) {
    options.signal.throwIfAborted();
    if (written + chunk.byteLength > options.allowance) {
      throw new StorageError(
        "permanent",
        `The storage's own size limit is reached after ${written} bytes of this file.`,
      );
    }
    for (let offset = 0; offset < chunk.byteLength; ) {
      try {
        offset += (await handle.write(chunk, offset)).bytesWritten;
      } catch (error) {
        throw await fullOr(error, directory, written + offset, chunk.byteLength - offset);
      }
    }
    written += chunk.byteLength;
    readBack.written(written);
    if (written - flushed >= FLUSH_BYTES && flushing === null) {
      flushed = written;
      // An error here comes again at the fsync that counts.
      flushing = handle.datasync().then(
        () => {
          flushing = null;
        },
        () => {
          flushing = null;
        },
      );
    }
  }
  await flushing;
  return written;
}

/** Turns "no space" into words that name the place, what is free and what is needed. */
async function fullOr(error: unknown, directory: string, written: number, missing: number): Promise<unknown> {
  const code = codeOf(error);
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  // A full disk that does not even tell what is free has nothing to give.
  const free = await statfs(directory)
    .then((s) => s.bavail * s.bsize)
    .catch(() => 0);
  const message =
    `No space left at ${directory}: ${free} bytes free, at least ${missing} more needed ` +
    `(${written} bytes of this file were written and have been removed).`;
  return new StorageError("permanent", message, { cause: error });
}

/** A hard link fails where the name is taken; where there are no hard links, look first, then rename. */
async function publish(temporary: string, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, target);
  try {
    await link(temporary, target);
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "EEXIST")
      throw new StorageError("permanent", `${target} exists already and is not overwritten.`);
    if (!NO_LINKS.has(code)) throw error;
    const taken = await lstat(target).then(
      () => true,
      () => false,
    );
    if (taken) throw new StorageError("permanent", `${target} exists already and is not overwritten.`);
    return rename(temporary, target);
  }
  await unlink(temporary);
}
