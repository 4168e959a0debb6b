import { AppError } from "#lib/core/errors";
import { database } from "#lib/db/client";
import { writeAudit } from "#lib/features/audit/write-audit";
import { readableCopies } from "#lib/features/backups/copies";
import { downloadInput } from "#lib/features/backups/schema";
import type { Context } from "#lib/features/context";
import { pinArtifact } from "#lib/features/executions/artifact-pin";
import { isRestorable } from "#lib/features/executions/present";
import { findExecution } from "#lib/features/executions/queries";
import { scopeIds } from "#lib/features/scope";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { assertAccess, parse } from "#lib/features/use-case";
import { openArtifact } from "#lib/pipeline/artifact";
import { artifactFileName, readManifest } from "#lib/pipeline/manifest";

export interface Download {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** The stored bytes, parts joined. Iterating to the end or returning early frees everything. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Opens a backup's artifact for download. It stays pinned until the bytes end or the client goes away.
 * @throws BACKUP_NOT_DOWNLOADABLE, STORAGE_NOT_FOUND_FOR_BACKUP, BACKUP_STORAGE_UNAVAILABLE
 */
export async function downloadBackup(
  ctx: Context,
  input: { executionId: string; storageLocationId?: string | undefined; signal: AbortSignal },
): Promise<Download> {
  assertAccess(ctx, "backups.read");
  assertAccess(ctx, "storage.download");
  const { executionId, storageLocationId } = parse(downloadInput, {
    executionId: input.executionId,
    storageLocationId: input.storageLocationId,
  });
  const row = await findExecution(ctx.db, ctx, executionId, "backups.read");
  if (!isRestorable(row)) {
    throw new AppError(
      "BACKUP_NOT_DOWNLOADABLE",
      "Only a completed backup whose files exist can be downloaded.",
    );
  }
  const [copy] = await readableCopies(ctx.db, row.id, {
    AND: [
      { storageLocationId: scopeIds(ctx, "storage.download", "storage_location") },
      storageLocationId ? { storageLocationId } : {},
    ],
  });
  if (!copy)
    throw new AppError("STORAGE_NOT_FOUND_FOR_BACKUP", "No storage that you named holds this backup.");
  const release = await pinArtifact(database(), row.id);
  if (!release) throw new AppError("BACKUP_NOT_DOWNLOADABLE", "This backup is being removed right now.");
  const adapter = openStorage(copy.storageLocation);
  const close = async () => {
    await Promise.allSettled([release(), adapter.close()]);
  };
  // A client that goes away before the first byte never starts the iteration that would close.
  if (input.signal.aborted) await close();
  input.signal.addEventListener("abort", () => void close(), { once: true });
  try {
    const manifest = await readManifest(adapter, copy.backupPath);
    const bytes = openArtifact({
      manifest,
      directory: copy.backupPath,
      adapter,
      signal: input.signal,
      decompress: false,
    });
    await ctx.db.$transaction((tx) =>
      writeAudit(tx, ctx, { action: "backup.download", resourceType: "execution", resourceId: row.id }),
    );
    return {
      fileName: artifactFileName(manifest),
      sizeBytes: manifest.compressed_size_bytes,
      bytes: closing(bytes, close),
    };
  } catch (error) {
    await close();
    if (error instanceof AppError) throw error;
    throw new AppError(
      "BACKUP_STORAGE_UNAVAILABLE",
      `“${copy.storageLocation.name}” cannot be read right now.`,
      {
        cause: error,
      },
    );
  }
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
