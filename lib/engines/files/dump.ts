import { release, type } from "node:os";
import { validationError } from "#lib/core/errors";
import type { FilesConfig } from "#lib/engines/files/config";
import { explainFiles } from "#lib/engines/files/explain";
import { FileThread } from "#lib/engines/files/file-thread";
import type { PackRequest, PackResult } from "#lib/engines/files/pack";
import type { Dump, DumpFacts, DumpOptions, EngineIo, Inventory } from "#lib/engines/types";
import { localPath } from "#lib/engines/with-local-path";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { passing } from "#lib/streams/passing";
import { realPaths } from "#lib/streams/real-path";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const MAX_BLOCKS = COMPRESS_CONCURRENCY + 2;

export const TAR_VERSION = "tar (POSIX.1-2001 pax)";
export const systemVersion = () => `${release()} (${type()})`;

/** Streams the tree as a tar while a thread reads it ahead. */
export async function dumpFiles(config: FilesConfig, options: DumpOptions, io: EngineIo): Promise<Dump> {
  refuseTables(options);
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const request = packRequest(config, options.onUnreadable, io);
  io.log("info", `Reading ${config.source_path}`);
  const thread = new FileThread<PackResult>({ work: "pack", request, maxBlocks: MAX_BLOCKS }, signal);
  let sent = 0;
  let over = false;
  const reading = (async function* () {
    for await (const block of thread.blocks) {
      signal.throwIfAborted();
      sent += block.length;
      yield block;
    }
    over = true;
  })();
  const { blocks, passed } = passing(reading, signal);
  const finished = finish(thread, passed, { config, io, stop });
  finished.catch(() => undefined);
  return {
    extension: ".tar",
    estimatedBytes: null,
    blocks,
    release: (block) => thread.release(block),
    // Entries that are passed over move it too, or a long search for what fits would look like a stall.
    received: () => (over ? sent : Math.max(sent, thread.progress.bytes) + thread.progress.looked),
    finished,
  };
}

/** The checked order to read the tree of `config`. Throws INVALID_CONNECTION_CONFIG. */
export function packRequest(config: FilesConfig, onUnreadable: "fail" | "warn", io: EngineIo): PackRequest {
  return {
    root: localPath(config.source_path, io, "source_path"),
    include: config.include_patterns,
    exclude: config.exclude_patterns,
    ownPaths: realPaths(io.places.ownPaths),
    onUnreadable,
  };
}

function refuseTables({ includeTables, excludeTables }: DumpOptions): void {
  const fields = [
    ...(includeTables.length > 0 ? ["include_tables"] : []),
    ...(excludeTables.length > 0 ? ["exclude_tables"] : []),
  ];
  if (fields.length === 0) return;
  throw validationError(
    fields.map((field) => ({ field: `backup_options.${field}`, message: "Files have no tables." })),
    "Files have no tables: remove them from the job's options and use the datasource's patterns instead.",
  );
}

/** The walk and the stream, both; the first that fails ends the other. */
async function finish(
  thread: FileThread<PackResult>,
  passed: Promise<void>,
  { config, io, stop }: { config: FilesConfig; io: EngineIo; stop: AbortController },
): Promise<DumpFacts> {
  try {
    const [{ inventory, warnings }] = await Promise.all([thread.result, passed]);
    for (const warning of warnings) io.log("warn", warning);
    io.log("info", `${counted(inventory)} were read`);
    const files = inventory.tables.files ?? 0;
    return {
      databaseVersion: systemVersion(),
      toolVersion: TAR_VERSION,
      tablesBackedUp: Object.keys(inventory.tables).length,
      rowsApproximate: files,
      filesCount: files,
      inventory,
      engineOutput: warnings,
    };
  } catch (error) {
    const known: unknown = io.signal.aborted ? io.signal.reason : error;
    stop.abort(known);
    if (io.signal.aborted) throw known;
    throw explainFiles(known, "DUMP_FAILED", config.source_path);
  } finally {
    await thread.result.catch(() => undefined);
  }
}

function counted({ tables }: Inventory): string {
  return `${tables.files} files, ${tables.directories} directories and ${tables.links} links with ${tables.bytes} bytes`;
}
