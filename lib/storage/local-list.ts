import type { Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { RESERVED_PREFIX } from "#lib/storage/object-path";
import type { StorageEntry, StoragePage } from "#lib/storage/types";
import { codeOf } from "#lib/streams/real-path";

/** Names read from the disk at once: few enough to let other work in between. */
const BATCH = 1024;

/** Our reserved names stay out of listings, and so does what is neither file nor folder. */
function isOurs(entry: Dirent): boolean {
  return !entry.name.startsWith(RESERVED_PREFIX) && (entry.isFile() || entry.isDirectory());
}

/** Folders before files, then by name; also the cursor's content. */
const sortKey = (entry: Dirent) => `${entry.isDirectory() ? "0" : "1"}${entry.name}`;
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * One page of a folder. A disk has no order of names, so each page reads all of them; it keeps and looks at no
 * more than its own, however many there are.
 */
export async function listFolder(
  folder: string,
  path: string,
  options: { cursor?: string; limit?: number },
): Promise<StoragePage> {
  const limit = Math.max(1, Math.min(options.limit ?? 1000, 1000));
  const after = options.cursor === undefined ? "" : Buffer.from(options.cursor, "base64url").toString();
  const kept = await smallestKeys(folder, after, limit + 1);
  const page = kept.slice(0, limit);
  const entries = await Promise.all(page.map((key) => entryOf(folder, path, key)));
  const last = page.at(-1);
  const cursor = kept.length > limit && last !== undefined ? Buffer.from(last).toString("base64url") : null;
  return { entries: entries.filter((entry) => entry !== null), cursor };
}

/** The first `count` keys behind `after`, in order. */
async function smallestKeys(folder: string, after: string, count: number): Promise<string[]> {
  let kept: string[] = [];
  let highest: string | undefined;
  const trim = () => {
    kept = kept.sort(byText).slice(0, count);
    highest = kept[count - 1];
  };
  for await (const entry of await opendir(folder, { bufferSize: BATCH })) {
    if (!isOurs(entry)) continue;
    const key = sortKey(entry);
    if (key <= after || (highest !== undefined && key > highest)) continue;
    kept.push(key);
    if (kept.length >= count * 2) trim();
  }
  trim();
  return kept;
}

/** Null where the entry went away since the folder was read. */
async function entryOf(folder: string, parent: string, key: string): Promise<StorageEntry | null> {
  const name = key.slice(1);
  const path = parent === "" ? name : `${parent}/${name}`;
  if (key.startsWith("0")) return { path, kind: "folder", sizeBytes: null, modifiedAt: null };
  try {
    const info = await lstat(join(folder, name));
    return { path, kind: "file", sizeBytes: info.size, modifiedAt: info.mtime };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
