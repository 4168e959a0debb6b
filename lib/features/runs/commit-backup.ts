import type { Tx } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import type { Ending } from "#lib/features/executions/finish-execution";
import type { BackupResult } from "#lib/pipeline/backup";
import type { Manifest } from "#lib/pipeline/manifest";
import { enqueue } from "#lib/tasks/enqueue";

/** A finished artifact as the database keeps it; also rebuilt from a manifest by the recovery. */
export interface StoredArtifact {
  readonly manifest: Manifest;
  readonly backupPath: string;
  readonly successes: BackupResult["successes"];
  readonly failures: BackupResult["failures"];
  readonly filesCount: number | null;
}

/** The columns and the metadata (contract, section 6) of a completed backup. */
export function completedBackup(stored: StoredArtifact): Ending {
  const { manifest } = stored;
  const raw = manifest.total_size_bytes;
  const compressed = manifest.compressed_size_bytes;
  return {
    status: "completed",
    data: {
      sizeBytes: BigInt(raw),
      compressedSizeBytes: BigInt(compressed),
      backupPath: stored.backupPath,
      checksum: manifest.checksum,
      filesCount: stored.filesCount,
      errorCode: null,
      errorMessage: null,
    },
    metadata: {
      ...(manifest.metadata as Prisma.JsonObject),
      inventory: undefined,
      compression: manifest.compression,
      compression_ratio: compressed > 0 ? Number((raw / compressed).toFixed(2)) : null,
      checksum: manifest.checksum,
      storage_successes: stored.successes.map((copy) => ({
        storage_location_id: copy.storageLocationId,
        backup_path: copy.backupPath,
        manifest_path: copy.manifestPath,
        latency_ms: copy.latencyMs,
      })),
      storage_failures: stored.failures.map((copy) => ({
        storage_location_id: copy.storageLocationId,
        error: copy.error,
      })),
    },
  };
}

/** Chunks, copies, the job's clock and the retention's task: what joins the commit of a completed backup. */
export async function storeArtifact(
  tx: Tx,
  row: BackupExecution,
  stored: StoredArtifact,
  directory: string,
): Promise<void> {
  const { manifest } = stored;
  await tx.backupChunk.createMany({
    data: manifest.chunks.map((chunk) => ({
      executionId: row.id,
      chunkNumber: chunk.number,
      filePath: `${directory}/${chunk.file}`,
      sizeBytes: BigInt(chunk.size_bytes),
      checksum: chunk.checksum.replace(/^sha256:/, ""),
    })),
  });
  await tx.backupCopy.createMany({
    data: [
      ...stored.successes.map((copy) => ({
        executionId: row.id,
        storageLocationId: copy.storageLocationId,
        status: "stored" as const,
        backupPath: directory,
        manifestPath: copy.manifestPath,
        sizeBytes: BigInt(manifest.compressed_size_bytes),
        latencyMs: Math.round(copy.latencyMs),
      })),
      ...stored.failures.map((copy) => ({
        executionId: row.id,
        storageLocationId: copy.storageLocationId,
        status: "failed" as const,
        backupPath: directory,
        errorMessage: copy.error,
      })),
    ],
  });
  const first = stored.successes[0];
  if (first) {
    await tx.backupExecution.update({
      where: { id: row.id },
      data: { storageLocationId: first.storageLocationId },
    });
  }
  if (row.jobId) await enqueue(tx, "retention", { jobId: row.jobId });
}
