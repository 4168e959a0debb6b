import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, lstat, mkdir, readdir, rename, rmdir, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { FilesConfig } from "#lib/engines/files/config";
import { systemVersion, TAR_VERSION } from "#lib/engines/files/dump";
import { explainFiles } from "#lib/engines/files/explain";
import { FileThread } from "#lib/engines/files/file-thread";
import { removeTree } from "#lib/engines/files/remove-tree";
import { swapContents } from "#lib/engines/files/swap";
import type { Rights, UnpackResult } from "#lib/engines/files/unpack";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";
import { localPath, ownPathsIn } from "#lib/engines/with-local-path";
import { freeSoleView } from "#lib/streams/frames";
import { startTool } from "#lib/streams/process";
import { codeOf } from "#lib/streams/real-path";

const UNTOUCHED = "The target was not touched.";

/** What a target is before anything is done. */
type Before = "missing" | "file" | "folder";

/**
 * Unpacks into a folder of its own on the target's file system, and only when all of it is there puts it in
 * the target's place. A failure before or while that is done leaves the target as it was.
 */
export async function restoreFiles(
  config: FilesConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
): Promise<RestoreFacts> {
  if (options.tables.length > 0) {
    const message = `Files are restored as a whole: choose no single ones. ${UNTOUCHED}`;
    throw new AppError("RESTORE_NOT_SUPPORTED", message);
  }
  const target = localPath(config.source_path, io, "source_path");
  const made: string[] = [];
  let staging: string | null = null;
  let old: string | null = null;
  try {
    const before = await lookAt(target, config, options, io);
    if (before === "missing") made.push(...(await makeFolder(target)));
    const folder = before === "file" ? dirname(target) : target;
    staging = join(folder, `.dg-restore-${randomUUID()}`);
    await mkdir(staging, { mode: 0o700 });
    io.log("info", `The backup is unpacked to ${staging} first, then it takes the target's place`);
    const unpacked = await unpack(staging, bytes, io);
    io.signal.throwIfAborted();
    await flush(staging, io);
    old = await putInPlace({ io, staging, target, before, unpacked });
    made.length = 0;
    if (before !== "file" && unpacked.single === null) await applyRights(target, unpacked.root, io);
    for (const warning of unpacked.warnings) io.log("warn", warning);
    io.log("info", `${unpacked.entries} entries were restored`);
    return {
      toolVersion: TAR_VERSION,
      databaseVersion: systemVersion(),
      engineOutput: unpacked.warnings,
    };
  } catch (error) {
    io.signal.throwIfAborted();
    const known = explainFiles(error, "RESTORE_FAILED", config.source_path);
    throw new AppError(known.code, `${known.message} ${UNTOUCHED}`, { cause: error });
  } finally {
    await cleanUp([staging, old], made, io);
  }
}

/** Throws where the target may not be replaced. */
async function lookAt(
  target: string,
  config: FilesConfig,
  options: RestoreOptions,
  io: EngineIo,
): Promise<Before> {
  const found = await lstat(target).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (found === null) return "missing";
  const shown = config.source_path;
  const [own] = ownPathsIn(target, io);
  if (own !== undefined) {
    const message = `${shown} holds ${own}, where DataGuardian keeps its own data. Choose another target.`;
    throw new AppError("RESTORE_FAILED", message);
  }
  if (!found.isFile() && !found.isDirectory()) {
    throw new AppError("RESTORE_FAILED", `${shown} is neither a directory nor a file.`);
  }
  const holds = found.isFile() || (await readdir(target)).length > 0;
  if (holds && !options.dropExisting) {
    const what = found.isFile() ? "is there already" : "is not empty";
    throw new AppError(
      "RESTORE_FAILED",
      `${shown} ${what}: choose to drop what exists, or an empty or new directory.`,
    );
  }
  return found.isFile() ? "file" : "folder";
}

/** Answers the folders that had to be made, outermost first. */
async function makeFolder(path: string): Promise<string[]> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return [];
  const made = [path];
  for (let at = path; at !== first && at !== "/"; at = dirname(at)) made.unshift(dirname(at));
  return made;
}

async function unpack(
  staging: string,
  bytes: AsyncIterable<Uint8Array>,
  io: EngineIo,
): Promise<UnpackResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const thread = new FileThread<UnpackResult>({ work: "unpack", request: { staging } }, signal);
  const feeding = thread.feed(bytes, freeSoleView).catch((error: unknown) => {
    // The input broke: what came so far must not be taken for the whole, and its error is the one to tell.
    stop.abort(error);
    throw error;
  });
  const [result] = await Promise.all([thread.result, feeding]).catch(async (error: unknown) => {
    await Promise.allSettled([thread.result, feeding]);
    throw error;
  });
  return result;
}

/** Has the system write what it only remembers so far: what was there before is removed soon. */
async function flush(directory: string, io: EngineIo): Promise<void> {
  const sync = ["/usr/bin/sync", "/bin/sync"].find((path) => existsSync(path));
  if (sync === undefined) return;
  const { signal } = io;
  const args = ["--file-system", directory];
  const running = await startTool({ file: sync, args, env: {}, signal, stdout: "ignore" });
  await running.finished;
}

interface Placing {
  readonly io: EngineIo;
  readonly staging: string;
  readonly target: string;
  readonly before: Before;
  readonly unpacked: UnpackResult;
}

/** Answers what is to be removed afterwards. */
async function putInPlace({ io, staging, target, before, unpacked }: Placing): Promise<string | null> {
  const { single } = unpacked;
  if (before === "file") {
    if (single === null) {
      const message = `${target} is a file, but the backup holds a directory: choose a directory.`;
      throw new AppError("RESTORE_FAILED", message);
    }
    await rename(join(staging, single), target);
    return null;
  }
  if (before === "missing" && single !== null) return becomeFile(staging, target, single);
  return (await swapContents(staging, target, io)).old;
}

/** A backup of one file comes back as that file, where nothing says that a directory is wanted. */
async function becomeFile(staging: string, target: string, single: string): Promise<null> {
  const beside = join(dirname(target), basename(staging));
  await rename(join(staging, single), beside);
  await removeTree(staging);
  await rmdir(target);
  await rename(beside, target);
  return null;
}

/** The contents stand by now: a directory that keeps its own rights, as a mount point may, is only told of. */
async function applyRights(path: string, rights: Rights | null, io: EngineIo): Promise<void> {
  if (rights === null) return;
  try {
    if (rights.owner !== null) await chown(path, rights.owner.uid, rights.owner.gid);
    await chmod(path, rights.mode);
    await utimes(path, rights.mtime, rights.mtime);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    io.log("warn", `${path} kept its own owner and rights: ${why}`);
  }
}

/** What cannot be removed is told: the restore has ended, well or not, and that stands. */
async function cleanUp(paths: readonly (string | null)[], made: string[], io: EngineIo): Promise<void> {
  for (const path of paths) {
    if (path === null) continue;
    await removeTree(path).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : "unknown reason";
      io.log("warn", `${path} could not be removed: ${why}`);
    });
  }
  for (const path of made.reverse()) {
    await rmdir(path).catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") io.log("warn", `${path}, which was made for this, is still there`);
    });
  }
}
