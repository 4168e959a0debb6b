import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncDirectory } from "#lib/storage/local-write";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { codeOf } from "#lib/streams/real-path";

/** Removes `from` and the folders above it, up to the root, as long as they are empty. */
export async function pruneEmpty(root: string, from: string): Promise<void> {
  for (
    let directory = from;
    directory !== root && directory.startsWith(root);
    directory = dirname(directory)
  ) {
    try {
      await rmdir(directory);
    } catch (error) {
      if (codeOf(error) === "ENOENT") continue;
      if (codeOf(error) === "ENOTEMPTY") await syncDirectory(directory);
      return;
    }
  }
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    // Another may remove folders while we walk; any other failure must not look like emptiness.
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** Bytes of all files under a root; one that goes meanwhile counts nothing. */
export async function usedBytes(root: string): Promise<number> {
  let total = 0;
  for await (const file of filesUnder(root)) total += (await lstat(file).catch(() => null))?.size ?? 0;
  return total;
}

/** Removes our own leftovers last written before `before` (ms). A live upload's file changes all the time, so its age is that of its last write. */
export async function sweepPartials(root: string, before: number): Promise<number> {
  let removed = 0;
  for await (const file of filesUnder(root)) {
    if (!file.slice(file.lastIndexOf("/") + 1).startsWith(PARTIAL_PREFIX)) continue;
    // Null: it was finished, or removed, since it was listed.
    const info = await lstat(file).catch(() => null);
    if (info === null || info.mtimeMs >= before) continue;
    await rm(file, { force: true });
    await pruneEmpty(root, dirname(file));
    removed += 1;
  }
  return removed;
}
