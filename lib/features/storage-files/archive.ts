import { createHash } from "node:crypto";
import { posix } from "node:path";
import { AppError } from "#lib/core/errors";
import { database } from "#lib/db/client";
import type { Context } from "#lib/features/context";
import { pinArtifact } from "#lib/features/executions/artifact-pin";
import { holdersOf } from "#lib/features/storage-files/artifacts";
import type { Neighbour } from "#lib/features/storage-files/neighbours";
import { orMissing } from "#lib/features/storage-files/open-files";
import type { StorageAdapter, StorageEntry } from "#lib/storage/types";
import { type ZipEntry, zipName } from "#lib/streams/zip";

/** What could not come along is named in the archive itself: nobody takes it for whole. */
const LEFT_OUT = "NOT-INCLUDED.txt";
const MAX_NAMED = 10_000;

interface Folder {
  readonly adapter: StorageAdapter;
  readonly path: string;
  /** The folder in the archive that everything lies in. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * Everything below a folder as entries of an archive, folder by folder. A backup stays pinned while its files
 * are read; what vanished since it was listed, is on its way out, or has a name that no path can hold, is
 * left out and named.
 */
export async function* archiveOf(
  ctx: Context,
  neighbours: readonly Neighbour[],
  folder: Folder,
): AsyncGenerator<ZipEntry> {
  const { adapter, signal } = folder;
  const pin = folderPin(ctx, neighbours);
  const leftOut: string[] = [];
  const open = async (path: string) => {
    const held = await pin.hold(posix.dirname(path));
    const bytes = held ? await orMissing(readable(adapter, path, signal)) : null;
    if (!bytes && leftOut.length < MAX_NAMED) leftOut.push(path);
    return bytes;
  };
  try {
    for await (const file of filesBelow(adapter, folder.path)) {
      signal.throwIfAborted();
      const inner = folder.path === "" ? file.path : file.path.slice(folder.path.length + 1);
      yield {
        name: zipName(`${folder.name}/${inner}`, shortHash),
        modifiedAt: file.modifiedAt,
        sizeBytes: file.sizeBytes ?? 0,
        open: () => open(file.path),
      };
    }
    yield {
      name: `${zipName(folder.name, shortHash)}/${LEFT_OUT}`,
      modifiedAt: null,
      sizeBytes: 0,
      open: note,
    };
  } finally {
    await pin.release();
  }

  async function note() {
    if (leftOut.length === 0) return null;
    const lines = leftOut.map((path) => JSON.stringify(path));
    const text = `These files vanished, were being removed or have names that cannot be read:\n${lines.join("\n")}\n`;
    return (async function* () {
      yield Buffer.from(text);
    })();
  }
}

/** Depth first; holds one page of names per level. */
async function* filesBelow(adapter: StorageAdapter, path: string): AsyncGenerator<StorageEntry> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await orMissing(adapter.list(path, { ...(cursor === undefined ? {} : { cursor }) }));
    for (const entry of page?.entries ?? []) {
      if (entry.kind === "folder") yield* filesBelow(adapter, entry.path);
      else yield entry;
    }
    cursor = page?.cursor ?? null;
  }
}

/** Null for a name that a storage shows but no path can hold, such as one with a line break. */
async function readable(
  adapter: StorageAdapter,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    return await adapter.get(path, { signal });
  } catch (error) {
    if (error instanceof AppError && error.code === "INVALID_STORAGE_PATH") return null;
    throw error;
  }
}

/** Pins the backup whose folder is being read, one at a time. */
function folderPin(ctx: Context, neighbours: readonly Neighbour[]) {
  let folder: string | undefined;
  let held = true;
  let release = async () => {};
  return {
    /** False where the folder's backup is being removed. */
    async hold(next: string): Promise<boolean> {
      if (next === folder) return held;
      await release();
      release = async () => {};
      folder = next;
      const pinned = await pinBackupAround(ctx, neighbours, next);
      held = pinned !== null;
      release = pinned ?? release;
      return held;
    },
    release: () => release(),
  };
}

/** Keeps the backup that a path is part of from being removed. Null where that has begun. */
export async function pinBackupAround(
  ctx: Context,
  neighbours: readonly Neighbour[],
  path: string,
): Promise<(() => Promise<void>) | null> {
  const [holder] = await holdersOf(ctx.db, neighbours, path === "." ? "" : path, { within: true });
  return holder && !holder.live ? pinArtifact(database(), holder.id) : async () => {};
}

const shortHash = (part: string) => createHash("sha256").update(part).digest("hex").slice(0, 6);
