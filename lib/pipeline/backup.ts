import { type BackupOptions, DEFAULT_LEVEL } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Dump, DumpFacts, Engine } from "#lib/engines/types";
import { checkStored } from "#lib/pipeline/artifact";
import type { FileSource } from "#lib/pipeline/file-source";
import { engineIo, type PipelineIo, type StorageTarget } from "#lib/pipeline/io";
import {
  artifactFile,
  MANIFEST_NAME,
  type Manifest,
  type ManifestChunk,
  partFile,
} from "#lib/pipeline/manifest";
import { storeReferencedFiles } from "#lib/pipeline/referenced-files";
import { Replicas, type StorageFailure } from "#lib/pipeline/replicas";
import { splitParts } from "#lib/streams/chunk";
import { compress } from "#lib/streams/compress";
import { Frames } from "#lib/streams/frames";
import { Digest, digesting } from "#lib/streams/hash";
import { startMeter } from "#lib/streams/meter";
import { watchStall } from "#lib/streams/stall";

export type { StorageTarget };

const MIB = 1024 * 1024;
/** What a tool warned of, as far as a manifest keeps it. */
const MAX_OUTPUT_LINES = 20;

export interface BackupRequest {
  readonly executionId: string;
  readonly jobId: string | null;
  readonly engine: Engine;
  readonly config: object;
  readonly options: BackupOptions;
  /** In the order in which they are preferred. */
  readonly targets: readonly StorageTarget[];
  /** The artifact's folder; one per attempt (see `layoutDirectory`). */
  readonly directory: string;
  readonly createdAt: Date;
  /** A source that gives nothing for so long is ended (ms). */
  readonly stallMs: number;
  /** Where the files lie that a query names, for a job that takes them along. */
  readonly referencedFrom?: FileSource;
  /** Goes into the manifest's metadata. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The last word before the artifact becomes visible; rejecting ends the backup and removes its files. */
  readonly beforeManifest?: () => Promise<void>;
}

export interface StorageSuccess {
  readonly storageLocationId: string;
  readonly backupPath: string;
  readonly manifestPath: string;
  /** From the first byte to the durable manifest. */
  readonly latencyMs: number;
}

export interface BackupResult {
  readonly facts: DumpFacts;
  /** Before compression. */
  readonly sizeBytes: number;
  readonly compressedSizeBytes: number;
  /** "sha256:…" of the joined parts. */
  readonly checksum: string;
  readonly chunks: readonly ManifestChunk[];
  /** The first file, relative to the storage's root. */
  readonly backupPath: string;
  readonly manifest: Manifest;
  readonly successes: readonly StorageSuccess[];
  readonly failures: readonly StorageFailure[];
}

/**
 * Dumps, compresses, hashes and stores, all in one pass; checks every copy; writes the manifests last.
 * `replicate` goes on without a storage that dies. `fallback` takes the first that works; where it dies half
 * way, its bytes are gone, and the dump starts again for the next one. Rejects with an AppError or
 * StorageError, and then has removed every file that it wrote.
 */
export async function runBackup(request: BackupRequest, io: PipelineIo): Promise<BackupResult> {
  const { targets, options } = request;
  const log: PipelineIo["log"] = (level, message) => io.log(level, message);
  if (targets.length === 0) throw new AppError("VALIDATION_ERROR", "The backup has no storage location.");
  if (options.storage_strategy === "replicate" || targets.length === 1) {
    return attempt(request, new Replicas(targets, log), io);
  }
  const failures: StorageFailure[] = [];
  for (const target of targets) {
    const replicas = new Replicas([target], log);
    try {
      await replicas.probe(io.signal);
      const result = await attempt(request, replicas, io);
      return { ...result, failures };
    } catch (error) {
      // Only a storage that dropped out makes the next one's turn; a failed dump would fail there too.
      if (io.signal.aborted) throw cancelled(io.signal.reason);
      if (replicas.alive.length > 0) throw error;
      failures.push(...replicas.failures);
    }
  }
  const reasons = failures.map((failure) => failure.error).join(" · ");
  throw new AppError("STORAGE_UNREACHABLE", `No storage location took the backup: ${reasons}`);
}

async function attempt(request: BackupRequest, replicas: Replicas, io: PipelineIo): Promise<BackupResult> {
  const started = performance.now();
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  try {
    const dump = await request.engine.dump(
      request.config,
      dumpOptions(request.options),
      engineIo(io, signal),
    );
    const stored = await store(request, dump, replicas, stop, { ...io, signal });
    const facts = await dump.finished;
    const attachments = await attach(request, replicas, { ...io, signal });
    const manifest = { ...buildManifest(request, dump, facts, stored), ...attachments };
    await replicas.each(
      (target) =>
        checkStored(
          { manifest, directory: request.directory, adapter: target.adapter },
          replicas.storedOn(target),
          { signal },
        ),
      signal,
    );
    await request.beforeManifest?.();
    const manifestPath = `${request.directory}/${MANIFEST_NAME}`;
    signal.throwIfAborted();
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    await replicas.put(manifestPath, once(text), signal);
    const backupPath = `${request.directory}/${manifest.chunks[0]?.file}`;
    const latencyMs = Math.round(performance.now() - started);
    return {
      facts,
      sizeBytes: stored.rawBytes,
      compressedSizeBytes: stored.bytes,
      checksum: manifest.checksum,
      chunks: manifest.chunks,
      backupPath,
      manifest,
      successes: replicas.alive.map((target) => {
        return { storageLocationId: target.storageLocationId, backupPath, manifestPath, latencyMs };
      }),
      failures: replicas.failures,
    };
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    stop.abort(reason);
    await replicas.removeWritten(io);
    if (io.signal.aborted) throw cancelled(io.signal.reason);
    throw reason;
  }
}

/** What goes into the artifact beside the dump, as the manifest names it. */
async function attach(
  request: BackupRequest,
  replicas: Replicas,
  io: PipelineIo,
): Promise<Pick<Manifest, "attachments">> {
  const { referenced_files: referenced } = request.options;
  if (!referenced?.enabled || !request.referencedFrom) return {};
  const source = request.referencedFrom;
  return { attachments: [await storeReferencedFiles({ ...request, referenced, source }, replicas, io)] };
}

interface Stored {
  readonly chunks: readonly ManifestChunk[];
  readonly rawBytes: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The bytes' one way: meter, compress, cut, hash, to every storage. */
async function store(
  request: BackupRequest,
  dump: Dump,
  replicas: Replicas,
  stop: AbortController,
  io: PipelineIo,
): Promise<Stored> {
  const { options, stallMs } = request;
  const limit = options.max_file_size_mb === undefined ? null : options.max_file_size_mb * MIB;
  const level = options.compression_level ?? DEFAULT_LEVEL[options.compression];
  const raw = { bytes: 0 };
  const whole = new Digest();
  const chunks: ManifestChunk[] = [];
  const meter = startMeter(
    () => ({ bytesRead: dump.received(), bytesWritten: whole.bytes, estimatedBytes: dump.estimatedBytes }),
    (progress) => io.onProgress(progress),
  );
  // A tool that fails ends everything at once, also while its last blocks are still under way.
  dump.finished.catch((error: unknown) => stop.abort(error));
  try {
    const alive = watchStall(telling(dump), {
      received: dump.received,
      stallMs,
      onStall: (e) => stop.abort(e),
    });
    const frames = new Frames();
    const packed = frames.own(
      compress(counting(alive, raw), { compression: options.compression, level, release: dump.release }),
    );
    const file = artifactFile(request.engine.subject(request.config), dump.extension, options.compression);
    for await (const part of splitParts(packed, limit)) {
      // One part is the whole: its bytes are hashed once.
      const digest = limit === null ? whole : new Digest();
      const digests = limit === null ? [whole] : [whole, digest];
      const name = partFile(file, part.number, limit !== null);
      await replicas.put(
        `${request.directory}/${name}`,
        digesting(part.bytes, ...digests),
        io.signal,
        (view) => frames.consumed(view),
      );
      const checksum = limit === null ? "" : digest.hex();
      chunks.push({ number: part.number, file: name, size_bytes: digest.bytes, checksum });
    }
    await dump.finished;
  } finally {
    meter.stop();
  }
  const sha256 = whole.hex();
  const complete = chunks.map((part) => (limit === null ? { ...part, checksum: sha256 } : part));
  return { chunks: complete, rawBytes: raw.bytes, bytes: whole.bytes, sha256 };
}

/**
 * The dump's blocks; where they break off, the error is that of `finished`, which knows why. Both come from one
 * end, in either order: under load a tool's exit is known before the last of its output was read.
 */
async function* telling(dump: Dump): AsyncGenerator<Buffer> {
  try {
    yield* dump.blocks;
  } catch (error) {
    await dump.finished;
    throw error;
  }
}

async function* counting(source: AsyncIterable<Buffer>, total: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const block of source) {
    total.bytes += block.length;
    yield block;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function dumpOptions(options: BackupOptions) {
  return {
    includeTables: options.include_tables,
    excludeTables: options.exclude_tables,
    parallelJobs: options.parallel_jobs,
    onUnreadable: options.unreadable_file_policy,
  };
}

function buildManifest(request: BackupRequest, dump: Dump, facts: DumpFacts, stored: Stored): Manifest {
  return {
    version: 1,
    execution_id: request.executionId,
    job_id: request.jobId,
    datasource_type: request.engine.type,
    backup_type: request.options.backup_type,
    compression: request.options.compression,
    encryption: null,
    total_size_bytes: stored.rawBytes,
    compressed_size_bytes: stored.bytes,
    checksum: `sha256:${stored.sha256}`,
    chunks: [...stored.chunks],
    created_at: request.createdAt.toISOString(),
    metadata: {
      ...request.metadata,
      extension: dump.extension,
      database_name: request.engine.subject(request.config),
      database_version: facts.databaseVersion,
      tool_version: facts.toolVersion,
      tables_backed_up: facts.tablesBackedUp,
      rows_approximate: facts.rowsApproximate,
      ...(facts.databases && { databases: [...facts.databases] }),
      inventory: facts.inventory as Manifest["metadata"]["inventory"],
      ...(facts.engineOutput.length > 0 && { engine_output: facts.engineOutput.slice(-MAX_OUTPUT_LINES) }),
    },
  };
}

/** Keeps a reason that is already in words, such as a lost lease. */
export function cancelled(reason: unknown): AppError {
  return reason instanceof AppError ? reason : new AppError("CANCELLED", "Cancelled.", { cause: reason });
}
