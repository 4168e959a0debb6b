import { stat } from "node:fs/promises";
import { AppError } from "#lib/core/errors";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { countRows } from "#lib/engines/sqlserver/inventory";
import { serverVersion, withSession } from "#lib/engines/sqlserver/session";
import { readShared, type SharedFile, sharedFile } from "#lib/engines/sqlserver/shared-file";
import { backupStatement } from "#lib/engines/sqlserver/statements";
import type { Dump, DumpFacts, DumpOptions, EngineIo, Inventory } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { coalesce } from "#lib/streams/coalesce";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { needSpace, SpaceError } from "#lib/streams/tar";
import { untilAbort } from "#lib/streams/until-abort";

const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;
/** Express and Web do not compress backups: error 1844. */
const NO_COMPRESSION = 1844;
const USED =
  "SELECT CAST(SUM(CAST(FILEPROPERTY(name, 'SpaceUsed') AS bigint)) * 8192 AS nvarchar(20)) AS bytes FROM sys.database_files";

interface RunningBackup {
  readonly config: SqlserverConfig;
  readonly io: EngineIo;
  readonly file: SharedFile;
  readonly version: string;
  /** Moves whenever the server says or writes something. */
  seen: number;
  packed: number;
}

/**
 * The server writes a backup into the directory that it shares with the worker; then the file is streamed and
 * removed, however that ends. Space for the whole database is asked for first.
 */
export async function dumpSqlserver(
  config: SqlserverConfig,
  options: DumpOptions,
  io: EngineIo,
): Promise<Dump> {
  if (options.includeTables.length + options.excludeTables.length > 0) {
    const message = "A backup of SQL Server holds the whole database: tables cannot be included or excluded.";
    const field = `backup_options.${options.includeTables.length > 0 ? "include" : "exclude"}_tables`;
    throw new AppError("VALIDATION_ERROR", message, { details: [{ field, message: "Must be empty." }] });
  }
  const file = sharedFile(config, io);
  const stop = new AbortController();
  const own = { ...io, signal: AbortSignal.any([io.signal, stop.signal]) };
  try {
    const source = await withSession(config, io.signal, async (session) => ({
      version: await serverVersion(session),
      bytes: Number((await session.query<{ bytes: string }>(USED))[0]?.bytes ?? 0),
    }));
    await needSpace(file.directory, source.bytes, "write the backup");
    io.log("info", `SQL Server ${source.version} writes the backup to ${file.server}`);
    const backup: RunningBackup = { config, io: own, file, version: source.version, seen: 0, packed: 0 };
    const pool = new BlockPool(POOL_BLOCKS);
    const { blocks, finished } = start(backup, pool, stop);
    finished.catch(() => undefined);
    return {
      extension: ".bak",
      estimatedBytes: source.bytes,
      blocks,
      release: (block) => pool.release(block),
      received: () => backup.packed + backup.seen,
      finished,
    };
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof SpaceError) throw new AppError("DUMP_FAILED", error.message, { cause: error });
    throw explainSqlserver(error, "DUMP_FAILED");
  }
}

function start(backup: RunningBackup, pool: BlockPool, stop: AbortController) {
  const { file, io } = backup;
  const written = write(backup);
  written.catch(() => undefined);
  const passed = Promise.withResolvers<void>();
  passed.promise.catch(() => undefined);
  const blocks = (async function* () {
    try {
      await written;
      for await (const block of coalesce(readShared(file, io.signal), pool)) {
        backup.packed += block.length;
        yield block;
      }
      passed.resolve();
    } catch (error) {
      passed.reject(error);
      throw explainSqlserver(error, "DUMP_FAILED");
    }
  })();
  return { blocks, finished: finish(backup, written, passed.promise, stop) };
}

interface Written {
  readonly inventory: Inventory;
  readonly bytes: number;
  readonly warnings: readonly string[];
}

/**
 * A backup holds the database as it was when its reading ended, an instant that no other statement can see.
 * Counts are taken before and after it: where they differ, that is told, for a check may find either.
 */
async function write(backup: RunningBackup): Promise<Written> {
  const { config, io, file } = backup;
  return withSession(config, io.signal, async (session) => {
    const before = await countRows(session);
    const values = { database: config.database, file: file.server };
    const heard = () => {
      backup.seen += 1;
    };
    try {
      await session.query(backupStatement(true), values, heard);
    } catch (error) {
      if ((error as { number?: unknown }).number !== NO_COMPRESSION) throw error;
      await session.query(backupStatement(false), values, heard);
    }
    const inventory = await countRows(session);
    const names = Object.keys({ ...before.tables, ...inventory.tables });
    const changed = names.filter((name) => before.tables[name] !== inventory.tables[name]);
    const warnings = changed.length === 0 ? [] : [changedWarning(changed)];
    for (const warning of warnings) io.log("warn", warning);
    return { inventory, warnings, bytes: (await stat(file.local)).size };
  });
}

const changedWarning = (names: readonly string[]) =>
  `Rows of ${names.slice(0, 10).join(", ")} changed while the backup ran: their recorded counts are those after it, and a verification may find others.`;

/** The server's success, the file's end and its whole length, all three. */
async function finish(
  backup: RunningBackup,
  written: Promise<Written>,
  passed: Promise<void>,
  stop: AbortController,
): Promise<DumpFacts> {
  const { io, file, version } = backup;
  try {
    const { inventory, bytes, warnings } = await written;
    await untilAbort(passed, io.signal);
    if (bytes !== backup.packed) {
      throw new AppError("DUMP_FAILED", `The backup has ${bytes} bytes, but ${backup.packed} were read.`);
    }
    const counts = Object.values(inventory.tables);
    return {
      databaseVersion: version,
      toolVersion: `SQL Server ${version}`,
      tablesBackedUp: counts.length,
      rowsApproximate: counts.reduce((sum, count) => sum + count, 0),
      inventory,
      engineOutput: warnings,
    };
  } catch (error) {
    const known = io.signal.aborted ? io.signal.reason : error;
    stop.abort(known);
    throw explainSqlserver(known, "DUMP_FAILED");
  } finally {
    await written.catch(() => undefined);
    await file.remove();
  }
}
