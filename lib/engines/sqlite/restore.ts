import { chmod, chown, type FileHandle, lstat, mkdir, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#lib/core/errors";
import { askSqlite } from "#lib/engines/sqlite/client";
import type { SqliteConfig } from "#lib/engines/sqlite/config";
import { explainSqlite } from "#lib/engines/sqlite/explain";
import type { SqliteInspection } from "#lib/engines/sqlite/protocol";
import { replaceDatabase } from "#lib/engines/sqlite/replace";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";
import { localPath, stagedPath } from "#lib/engines/with-local-path";
import { freeSoleView } from "#lib/streams/frames";
import { codeOf } from "#lib/streams/real-path";
import { needSpace } from "#lib/streams/tar";

const UNTOUCHED = "The target was not touched.";

/**
 * Writes the stream beside the target, checks it, and only then puts it in the target's place in one step.
 * Until then a failure leaves the target as it was.
 */
export async function restoreSqlite(
  config: SqliteConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
): Promise<RestoreFacts> {
  refuseTables(options);
  const target = localPath(config.file_path, io, "file_path");
  const folder = dirname(target);
  const staged = stagedPath(target, ".db");
  try {
    await mkdir(folder, { recursive: true });
    const before = await currentTarget(target, config, options);
    io.log("info", `The backup is written to ${staged} first, then it takes the target's place in one step`);
    await write(bytes, staged, folder, io.signal);
    const found = await inspected(staged, io.signal);
    await likeBefore(staged, before ?? (await stat(folder)), before !== null);
    io.signal.throwIfAborted();
    await replaceDatabase(staged, target, { exists: before !== null, shown: config.file_path, io });
    for (const warning of found.warnings) io.log("warn", warning);
    return {
      toolVersion: `SQLite ${found.version}`,
      databaseVersion: found.version,
      engineOutput: found.warnings,
    };
  } catch (error) {
    io.signal.throwIfAborted();
    throw failure(error, config.file_path);
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(`${staged}${suffix}`, { force: true });
  }
}

function refuseTables({ tables }: RestoreOptions): void {
  if (tables.length === 0) return;
  const message = `An SQLite database is restored as a whole: choose no tables. ${UNTOUCHED}`;
  throw new AppError("RESTORE_NOT_SUPPORTED", message);
}

interface Before {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What stands there now; null for nothing. Throws where it may not be replaced. */
async function currentTarget(
  target: string,
  config: SqliteConfig,
  options: RestoreOptions,
): Promise<Before | null> {
  const found = await lstat(target).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (found === null) return null;
  if (!found.isFile()) throw new AppError("RESTORE_FAILED", `${config.file_path} is not a regular file.`);
  if (options.dropExisting) return found;
  const message = `${config.file_path} is there already: choose to drop what exists, or another target.`;
  throw new AppError("RESTORE_FAILED", message);
}

/** The size stands in the header's page count (SQLite file format, 1.3.7), so space is asked for at once. */
function expectedBytes(head: Buffer): number {
  if (head.length < 100) return 0;
  const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  return pageSize * head.readUInt32BE(28);
}

async function write(
  bytes: AsyncIterable<Uint8Array>,
  staged: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(staged, "wx", 0o600);
  let expected = 0;
  let written = 0;
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      const block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (written === 0) {
        expected = expectedBytes(block);
        await needSpace(folder, expected, "restore the database");
      }
      await writeAll(file, block);
      written += block.length;
      freeSoleView(chunk);
    }
    if (written < expected) {
      throw new AppError("RESTORE_FAILED", `The backup is cut off: ${written} of ${expected} bytes came.`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, block: Buffer): Promise<void> {
  for (let offset = 0; offset < block.length; ) offset += (await file.write(block, offset)).bytesWritten;
}

/** Owner and rights of what is replaced; a new file belongs to its folder's owner and to nobody else. */
async function likeBefore(staged: string, before: Before, existed: boolean): Promise<void> {
  if (process.getuid?.() === 0) await chown(staged, before.uid, before.gid);
  await chmod(staged, existed ? before.mode & 0o777 : 0o600);
}

/** Checks what came; the staged file's name says nothing to a person. */
async function inspected(staged: string, signal: AbortSignal): Promise<SqliteInspection> {
  try {
    return await askSqlite("inspect", { path: staged }, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw explainSqlite(error, "RESTORE_FAILED", "The backup");
  }
}

function failure(error: unknown, shown: string): AppError {
  const known = explainSqlite(error, "RESTORE_FAILED", shown);
  return new AppError(known.code, `${known.message} ${UNTOUCHED}`, { cause: error });
}
