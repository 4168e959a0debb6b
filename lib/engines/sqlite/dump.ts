import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, validationError } from "#lib/core/errors";
import { askSqlite } from "#lib/engines/sqlite/client";
import type { SqliteConfig } from "#lib/engines/sqlite/config";
import { explainSqlite } from "#lib/engines/sqlite/explain";
import type { SqliteEvent, SqliteInspection } from "#lib/engines/sqlite/protocol";
import { readBlocks } from "#lib/engines/sqlite/read-blocks";
import type { Dump, DumpFacts, DumpOptions, EngineIo } from "#lib/engines/types";
import { localPath } from "#lib/engines/with-local-path";
import { BlockPool } from "#lib/streams/block-pool";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { passing } from "#lib/streams/passing";
import { codeOf } from "#lib/streams/real-path";
import { needSpace } from "#lib/streams/tar";
import { untilAbort } from "#lib/streams/until-abort";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

/**
 * Copies the database online into the temp directory and streams the copy, while the copy's integrity is
 * checked and its rows are counted: a copy that is not sound fails `finished`.
 */
export async function dumpSqlite(config: SqliteConfig, options: DumpOptions, io: EngineIo): Promise<Dump> {
  refuseTables(options);
  const path = localPath(config.file_path, io, "file_path");
  let directory: string | null = null;
  try {
    const bytes = await roomNeeded(path);
    await needSpace(io.tempDirectory, bytes, `copy ${config.file_path}`);
    directory = await mkdtemp(join(io.tempDirectory, "sqlite-"));
    io.log("info", `Copying ${config.file_path} online`);
    return start({ path, config, directory, bytes, io });
  } catch (error) {
    if (directory !== null) await rm(directory, { recursive: true, force: true });
    io.signal.throwIfAborted();
    throw explainSqlite(error, "DUMP_FAILED", config.file_path);
  }
}

/** A copy is whole or none: leaving tables out would need writes to it that nobody asked for. */
function refuseTables({ includeTables, excludeTables }: DumpOptions): void {
  const fields = [
    ...(includeTables.length > 0 ? ["include_tables"] : []),
    ...(excludeTables.length > 0 ? ["exclude_tables"] : []),
  ];
  if (fields.length === 0) return;
  throw validationError(
    fields.map((field) => ({ field: `backup_options.${field}`, message: "Not possible with SQLite." })),
    "An SQLite database is always backed up as a whole: remove the tables from the job's options.",
  );
}

/** The file and its write-ahead log: the copy is never larger. */
async function roomNeeded(path: string): Promise<number> {
  const file = await stat(path);
  const log = await stat(`${path}-wal`).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  return file.size + (log?.size ?? 0);
}

interface Parts {
  readonly path: string;
  readonly config: SqliteConfig;
  readonly directory: string;
  readonly bytes: number;
  readonly io: EngineIo;
}

function start({ path, config, directory, bytes, io }: Parts): Dump {
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const target = join(directory, "copy.db");
  const pool = new BlockPool(POOL_BLOCKS);
  const copied = Promise.withResolvers<void>();
  // Awaited by whoever reads; `finished` tells the same where nobody does.
  copied.promise.catch(() => undefined);
  // Both halves count half, so that the sum moves all the time and ends at what was sent.
  const count = { copied: 0, sent: 0 };
  const onEvent = (event: SqliteEvent) => {
    if (event.event === "progress") count.copied = Math.max(count.copied, event.done);
    if (event.event !== "copied") return;
    count.copied = event.bytes;
    copied.resolve();
  };
  const asked = askSqlite("copy", { path, target }, signal, onEvent);
  asked.catch((error: unknown) => copied.reject(explainSqlite(error, "DUMP_FAILED", config.file_path)));
  const reading = (async function* () {
    await untilAbort(copied.promise, signal);
    for await (const block of readBlocks(target, pool)) {
      signal.throwIfAborted();
      count.sent += block.length;
      yield block;
    }
  })();
  const { blocks, passed } = passing(reading, signal);
  const finished = finish(asked, passed, { config, directory, io, stop });
  finished.catch(() => undefined);
  return {
    extension: ".db",
    estimatedBytes: bytes,
    blocks,
    release: (block) => pool.release(block),
    received: () => Math.floor(count.copied / 2) + Math.ceil(count.sent / 2),
    finished,
  };
}

/** The check and the stream, both; the first that fails ends the other. The copy goes in any case. */
async function finish(
  asked: Promise<SqliteInspection>,
  passed: Promise<void>,
  { config, directory, io, stop }: Omit<Parts, "path" | "bytes"> & { stop: AbortController },
): Promise<DumpFacts> {
  try {
    const [{ version, inventory, warnings }] = await Promise.all([asked, passed]);
    for (const warning of warnings) io.log("warn", warning);
    const counts = Object.values(inventory.tables);
    io.log("info", `SQLite ${version}, ${counts.length} tables, integrity ${inventory.facts?.integrity}`);
    return {
      databaseVersion: version,
      toolVersion: `SQLite ${version}`,
      tablesBackedUp: counts.length,
      rowsApproximate: counts.reduce((sum, rows) => sum + rows, 0),
      inventory,
      engineOutput: warnings,
    };
  } catch (error) {
    const known = io.signal.aborted ? io.signal.reason : error;
    stop.abort(known);
    if (io.signal.aborted) throw cancelled(known);
    throw explainSqlite(known, "DUMP_FAILED", config.file_path);
  } finally {
    await asked.catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}

const cancelled = (reason: unknown) =>
  reason instanceof Error ? reason : new AppError("CANCELLED", "Cancelled.", { cause: reason });
