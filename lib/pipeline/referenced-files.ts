import { type BackupOptions, DEFAULT_LEVEL } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Engine } from "#lib/engines/types";
import type { FileSource } from "#lib/pipeline/file-source";
import { engineIo, type PipelineIo } from "#lib/pipeline/io";
import { artifactFile, type ManifestAttachment } from "#lib/pipeline/manifest";
import type { Replicas } from "#lib/pipeline/replicas";
import { BlockPool } from "#lib/streams/block-pool";
import { coalesce } from "#lib/streams/coalesce";
import { compress } from "#lib/streams/compress";
import { Digest, digesting } from "#lib/streams/hash";
import { type FileToPack, packFiles } from "#lib/streams/pack-files";

const QUERY_TIMEOUT_MS = 5 * 60_000;
/** Paths are short; a query that answers more than this is not one for paths. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const POOL_BLOCKS = 8;
const SHOWN = 20;

export type ReferencedFiles = NonNullable<BackupOptions["referenced_files"]>;

export interface ReferencedRequest {
  readonly engine: Engine;
  readonly config: object;
  readonly options: BackupOptions;
  readonly referenced: ReferencedFiles;
  readonly source: FileSource;
  readonly directory: string;
}

/**
 * Takes along the files that a query of the source names: one tar beside the dump, on every storage. A file
 * that is missing is a warning or the backup's end, as the job wants it.
 * @throws QUERY_NOT_SUPPORTED, QUERY_EXECUTION_FAILED, DUMP_FAILED
 */
export async function storeReferencedFiles(
  request: ReferencedRequest,
  replicas: Replicas,
  io: PipelineIo,
): Promise<ManifestAttachment> {
  const { options, directory } = request;
  const { compression } = options;
  const level = options.compression_level ?? DEFAULT_LEVEL[compression];
  const paths = await discover(request, io);
  const count = { files: 0, missing: [] as string[], changed: [] as string[] };
  const pool = new BlockPool(POOL_BLOCKS);
  const packed = packFiles(found(request, paths, count, io), ({ name }) => void count.changed.push(name));
  const stream = compress(coalesce(packed, pool), {
    compression,
    level,
    release: (block) => pool.release(block),
  });
  const file = artifactFile("referenced-files", ".tar", compression);
  const digest = new Digest();
  await replicas.put(`${directory}/${file}`, digesting(stream, digest), io.signal);
  report(request.referenced, paths.length, count, io);
  return { file, size_bytes: digest.bytes, checksum: digest.hex(), files_count: count.files };
}

/** The paths that the query names, each once. */
async function discover(request: ReferencedRequest, io: PipelineIo): Promise<string[]> {
  const { engine, config, referenced } = request;
  if (!engine.query) {
    throw new AppError("QUERY_NOT_SUPPORTED", `${engine.label} cannot be asked which files it names.`);
  }
  const limits = {
    maxRows: referenced.max_files + 1,
    timeoutMs: QUERY_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  };
  const answer = await engine.query(config, referenced.discovery_query, limits, engineIo(io));
  const column = answer.columns.findIndex(({ name }) => name === referenced.path_column);
  if (column < 0) {
    const names = answer.columns.map(({ name }) => name).join(", ");
    const message = `The query for referenced files has no column ${referenced.path_column}; it has ${names}.`;
    throw new AppError("QUERY_EXECUTION_FAILED", message);
  }
  if (answer.truncated || answer.rows.length > referenced.max_files) {
    const message = `The query names more than ${referenced.max_files} files. Raise max_files, or narrow the query.`;
    throw new AppError("DUMP_FAILED", message);
  }
  const values = answer.rows.map((row) => row[column]);
  return [...new Set(values.filter((value) => typeof value === "string" && value !== ""))] as string[];
}

async function* found(
  { referenced, source }: ReferencedRequest,
  paths: readonly string[],
  count: { files: number; missing: string[] },
  io: PipelineIo,
): AsyncGenerator<FileToPack> {
  const names = new Set<string>();
  for (const path of paths) {
    io.signal.throwIfAborted();
    const file = await source.find(path, io.signal);
    if (file === null) {
      if (referenced.missing_file_policy === "fail") {
        const where = referenced.base_directories.join(", ");
        throw new AppError("DUMP_FAILED", `A referenced file is missing: ${path} (looked for in ${where}).`);
      }
      count.missing.push(path);
    } else if (!names.has(file.name)) {
      names.add(file.name);
      count.files += 1;
      yield file;
    }
  }
}

function report(
  referenced: ReferencedFiles,
  asked: number,
  count: { files: number; missing: string[]; changed: string[] },
  io: PipelineIo,
): void {
  io.log("info", `${count.files} of ${asked} referenced files were taken along`);
  const shown = (names: string[]) =>
    names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "");
  if (count.missing.length > 0) {
    const where = referenced.base_directories.join(", ");
    io.log("warn", `Referenced files that are missing in ${where}: ${shown(count.missing)}`);
  }
  if (count.changed.length > 0) {
    io.log("warn", `Referenced files that changed while they were read: ${shown(count.changed)}`);
  }
}
