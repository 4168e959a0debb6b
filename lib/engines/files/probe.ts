import { constants } from "node:fs";
import { access, opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { FilesConfig } from "#lib/engines/files/config";
import { systemVersion } from "#lib/engines/files/dump";
import type { EngineIo, ProbeReport } from "#lib/engines/types";
import { localPath } from "#lib/engines/with-local-path";

/** A look at a tree ends after so many entries or so long (ms). */
const MAX_ENTRIES = 10_000;
const MAX_MS = 1000;

/** Looks whether the path can be read; the latency (ms) is that of reading its first entry. */
export async function probeFiles(config: FilesConfig, io: EngineIo): Promise<ProbeReport> {
  const path = localPath(config.source_path, io, "source_path");
  const start = performance.now();
  const found = await stat(path);
  if (!found.isDirectory() && !found.isFile()) {
    throw new AppError("CONNECTION_FAILED", `${config.source_path} is neither a directory nor a file.`);
  }
  await access(path, found.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
  if (found.isDirectory()) {
    const directory = await opendir(path);
    await directory.read();
    await directory.close();
  }
  const latencyMs = performance.now() - start;
  const entries = found.isDirectory() ? await countSome(path, io.signal) : 1;
  return {
    latencyMs,
    serverVersion: systemVersion(),
    details: { database_version: systemVersion(), entries_approximate: entries },
  };
}

/** Entries of the tree, level by level, as far as the look goes; unreadable folders count as empty. */
async function countSome(root: string, signal: AbortSignal): Promise<number> {
  const until = performance.now() + MAX_MS;
  const waiting = [root];
  let entries = 0;
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const directory = await opendir(path).catch(() => null);
    if (directory === null) continue;
    for await (const entry of directory) {
      signal.throwIfAborted();
      entries += 1;
      if (entries >= MAX_ENTRIES || performance.now() > until) return entries;
      if (entry.isDirectory()) waiting.push(join(path, entry.name));
    }
  }
  return entries;
}
