import { posix } from "node:path";
import { AppError } from "#lib/core/errors";
import { writeAudit } from "#lib/features/audit/write-audit";
import type { Context } from "#lib/features/context";
import { archiveOf, pinBackupAround } from "#lib/features/storage-files/archive";
import { type Neighbour, neighboursOf } from "#lib/features/storage-files/neighbours";
import { explained, look, type OpenFiles, openFiles } from "#lib/features/storage-files/open-files";
import { downloadPathInput } from "#lib/features/storage-files/schema";
import { assertStoragePath } from "#lib/features/storage-files/storage-path";
import { assertAccess, parse } from "#lib/features/use-case";
import { zip } from "#lib/streams/zip";

export interface PathDownload {
  readonly fileName: string;
  /** Absent for an archive: nobody knows before its end. */
  readonly sizeBytes?: number;
  readonly mediaType: string;
  /** Iterating to the end or returning early frees everything. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

interface Source extends OpenFiles {
  readonly ctx: Context;
  readonly neighbours: readonly Neighbour[];
  readonly path: string;
  readonly signal: AbortSignal;
}

/**
 * Opens a file, or a folder as a ZIP archive, for download. A backup that it belongs to stays pinned until
 * the bytes end or the client goes away.
 * @throws NOT_FOUND, INVALID_STORAGE_PATH, STORAGE_PATH_NOT_FOUND, STORAGE_UNREACHABLE
 */
export async function downloadPath(
  ctx: Context,
  input: { id: string; path?: string | undefined; signal: AbortSignal },
): Promise<PathDownload> {
  assertAccess(ctx, "storage.download");
  const { id, path } = parse(downloadPathInput, { id: input.id, path: input.path });
  const files = await openFiles(ctx, id, "storage.download");
  const ends: (() => Promise<void>)[] = [() => files.adapter.close()];
  const close = async () => {
    await Promise.allSettled(ends.splice(0).map((end) => end()));
  };
  // A client that goes away before the first byte never starts the iteration that would close.
  input.signal.addEventListener("abort", () => void close(), { once: true });
  try {
    assertStoragePath(path, "path");
    const neighbours = await neighboursOf(ctx.db, files.row);
    const source = { ...files, ctx, neighbours, path, signal: input.signal };
    const found = await look(files.adapter, path);
    const download = found.kind === "folder" ? folderOf(source) : await fileOf(source, found.sizeBytes, ends);
    await ctx.db.$transaction((tx) =>
      writeAudit(tx, ctx, {
        action: "storage.path.download",
        resourceType: "storage_location",
        resourceId: id,
        metadata: { path, kind: found.kind },
      }),
    );
    if (input.signal.aborted) await close();
    return { ...download, bytes: closing(download.bytes, close) };
  } catch (error) {
    await close();
    throw explained(files.row, error);
  }
}

async function fileOf(
  source: Source,
  sizeBytes: number,
  ends: (() => Promise<void>)[],
): Promise<PathDownload> {
  const { ctx, neighbours, adapter, path, signal } = source;
  const release = await pinBackupAround(ctx, neighbours, path);
  if (!release) throw new AppError("CONFLICT", "The backup that this belongs to is being removed right now.");
  ends.push(release);
  // Opened by its first reader: what nobody reads, nobody would close.
  const bytes = (async function* () {
    yield* await adapter.get(path, { signal });
  })();
  return { fileName: posix.basename(path), sizeBytes, mediaType: "application/octet-stream", bytes };
}

function folderOf({ ctx, neighbours, adapter, row, path, signal }: Source): PathDownload {
  const name = path === "" ? row.name.replaceAll("/", "-") : posix.basename(path);
  const bytes = zip(archiveOf(ctx, neighbours, { adapter, path, name, signal }));
  return { fileName: `${name}.zip`, mediaType: "application/zip", bytes };
}

async function* closing(
  bytes: AsyncIterable<Uint8Array>,
  close: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } finally {
    await close();
  }
}
