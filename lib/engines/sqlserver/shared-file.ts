import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import { inDirectory, type SqlserverConfig, serverDirectory } from "#lib/engines/sqlserver/config";
import type { EngineIo } from "#lib/engines/types";
import { localPath } from "#lib/engines/with-local-path";

const PIECE_BYTES = 1024 * 1024;

/** One file of the directory that server and worker share, under both of its names. */
export interface SharedFile {
  /** As the server names it. */
  readonly server: string;
  readonly local: string;
  readonly directory: string;
  /** Removes it; one that is not there is fine. */
  remove(): Promise<void>;
}

/** A name that nobody else uses. Throws INVALID_CONNECTION_CONFIG where the directory may not be used. */
export function sharedFile(config: SqlserverConfig, io: EngineIo): SharedFile {
  const onServer = serverDirectory(config);
  const given = config.local_directory ?? onServer;
  const directory = localPath(given, io, config.local_directory ? "local_directory" : "backup_directory");
  const name = `dataguardian-${randomUUID()}.bak`;
  const local = join(directory, name);
  return {
    server: inDirectory(onServer, name),
    local,
    directory,
    remove: () => rm(local, { force: true }),
  };
}

/** What the server wrote, in order. Never follows a link: others may write to that directory too. */
export async function* readShared(file: SharedFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await opened(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stream = handle.createReadStream({ highWaterMark: PIECE_BYTES, autoClose: false, signal });
    for await (const piece of stream) yield piece as Buffer;
  } finally {
    await handle.close();
  }
}

/** Writes all of `bytes` where the server can read it: for the file's group too, never for everybody. */
export async function writeShared(
  file: SharedFile,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await opened(file, flags);
  try {
    await handle.chmod(0o640);
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      for (let at = 0; at < chunk.byteLength; ) at += (await handle.write(chunk, at)).bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function opened(file: SharedFile, flags: number): Promise<FileHandle> {
  try {
    return await open(file.local, flags, 0o640);
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: SharedFile, error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  const words =
    code === "ENOENT"
      ? "the file is not there: check that this is the directory that the server calls the backup directory"
      : code === "EACCES" || code === "EPERM"
        ? "the worker's user may not use it: give it the right to read and write there"
        : `${(error as Error).message}`;
  return new AppError("CONNECTION_FAILED", `${file.directory}: ${words}.`, {
    cause: error,
    details: { reason: "error" },
  });
}
