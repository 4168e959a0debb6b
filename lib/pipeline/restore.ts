import { AppError } from "#lib/core/errors";
import type { Engine, RestoreFacts, TemporaryNames } from "#lib/engines/types";
import { openArtifact, verifyArtifact } from "#lib/pipeline/artifact";
import { cancelled } from "#lib/pipeline/backup";
import { engineIo, type PipelineIo, type StorageTarget } from "#lib/pipeline/io";
import { type Manifest, readManifest } from "#lib/pipeline/manifest";
import { noneUsable } from "#lib/pipeline/none-usable";
import { withFallback } from "#lib/storage/with-fallback";
import { startMeter } from "#lib/streams/meter";

export interface RestoreRequest {
  readonly engine: Engine;
  readonly config: object;
  readonly manifest: Manifest;
  readonly directory: string;
  /** In the order in which they are preferred; the first whose copy is whole is used. */
  readonly sources: readonly StorageTarget[];
  readonly dropExisting: boolean;
  readonly tables: readonly string[];
  readonly parallelJobs: number;
  /** For the backup of a whole server: the name that each of its databases gets. */
  readonly databases?: Readonly<Record<string, string>>;
  readonly temporary?: TemporaryNames;
  readonly onDamagedCopy?: OnDamagedCopy;
}

/** Hears of a copy that is damaged where another one is whole; it must not reject. */
export type OnDamagedCopy = (storageLocationId: string, why: string) => Promise<void>;

/**
 * Restores an artifact. The whole of it is read and checked BEFORE the target is touched, and checked again
 * while it streams. RESTORE_FAILED says what state the target is in.
 */
export async function runRestore(
  request: RestoreRequest,
  io: PipelineIo,
): Promise<RestoreFacts & { sourceStorageLocationId: string }> {
  try {
    if (request.engine.type !== request.manifest.datasource_type) {
      const message = `A ${request.manifest.datasource_type} backup cannot be restored into ${request.engine.type}.`;
      throw new AppError("RESTORE_TARGET_TYPE_MISMATCH", message);
    }
    const source = await firstWholeCopy(request, io);
    const facts = await stream(request, source, io);
    return { ...facts, sourceStorageLocationId: source.storageLocationId };
  } catch (error) {
    if (io.signal.aborted) throw cancelled(io.signal.reason);
    throw error;
  }
}

/** Tries the copies in order. With none whole it rejects as `noneUsable` says, target untouched. */
async function firstWholeCopy(request: RestoreRequest, io: PipelineIo): Promise<StorageTarget> {
  const errors: unknown[] = [];
  const damaged: { id: string; why: string }[] = [];
  for (const source of request.sources) {
    try {
      const place = { ...request, adapter: source.adapter };
      const there = await readManifest(source.adapter, request.directory);
      if (
        there.execution_id !== request.manifest.execution_id ||
        there.checksum !== request.manifest.checksum
      ) {
        throw new AppError("ARTIFACT_CORRUPT", `${request.directory} holds the manifest of another backup.`);
      }
      await verifyArtifact(place, io);
      io.log("info", `The backup on storage ${source.name ?? source.storageLocationId} is whole`);
      for (const { id, why } of damaged) await request.onDamagedCopy?.(id, why);
      return source;
    } catch (error) {
      io.signal.throwIfAborted();
      errors.push(error);
      const why = error instanceof Error ? error.message : "unknown reason";
      io.log("warn", `The copy on storage ${source.name ?? source.storageLocationId} cannot be used: ${why}`);
      if (error instanceof AppError && error.code === "ARTIFACT_CORRUPT") {
        damaged.push({ id: source.storageLocationId, why });
      }
    }
  }
  const telling = noneUsable(errors);
  throw new AppError(telling.code, `${telling.message} The target was not touched.`, { cause: telling });
}

async function stream(request: RestoreRequest, source: StorageTarget, io: PipelineIo): Promise<RestoreFacts> {
  const { engine, config, manifest, directory } = request;
  const count = { bytes: 0 };
  const meter = startMeter(
    () => ({ bytesRead: count.bytes, bytesWritten: count.bytes, estimatedBytes: manifest.total_size_bytes }),
    (progress) => io.onProgress(progress),
  );
  const named = ({ storageLocationId, name, adapter }: StorageTarget) => {
    return { name: name ?? storageLocationId, adapter };
  };
  const others = request.sources.filter((other) => other !== source);
  const adapter = withFallback([source, ...others].map(named), (from, to, error) => {
    const why = error instanceof Error ? error.message : "unknown reason";
    io.log("warn", `Storage ${from.name} broke off (${why}); going on from ${to.name}`);
  });
  const plain = openArtifact({
    manifest,
    directory,
    adapter,
    signal: io.signal,
    decompress: true,
  });
  const counted = (async function* () {
    for await (const chunk of plain) {
      count.bytes += chunk.byteLength;
      yield chunk;
    }
  })();
  const options = {
    dropExisting: request.dropExisting,
    tables: request.tables,
    parallelJobs: request.parallelJobs,
    extension: manifest.metadata.extension,
    sourceName: manifest.metadata.database_name ?? null,
    ...(request.databases && { databases: request.databases }),
    ...(request.temporary && { temporary: request.temporary }),
  };
  try {
    return await engine.restore(config, counted, options, engineIo(io));
  } finally {
    meter.stop();
  }
}
