import { AppError } from "#lib/core/errors";
import { bacpacBackup } from "#lib/engines/sqlserver/bacpac-backup";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { type FileBackup, startFileDump } from "#lib/engines/sqlserver/file-backup";
import { countRows } from "#lib/engines/sqlserver/inventory";
import { nativeBackup } from "#lib/engines/sqlserver/native-backup";
import { serverVersion, withSession } from "#lib/engines/sqlserver/session";
import type { Dump, DumpOptions, EngineIo } from "#lib/engines/types";
import { needSpace, SpaceError } from "#lib/streams/tar";

const USED =
  "SELECT CAST(SUM(CAST(FILEPROPERTY(name, 'SpaceUsed') AS bigint)) * 8192 AS nvarchar(20)) AS bytes FROM sys.database_files";

/**
 * A backup by the config's method: the server's own, or sqlpackage's, which `directories` says where to look
 * for. Space for the whole database is asked for first.
 */
export async function dumpSqlserver(
  config: SqlserverConfig,
  options: DumpOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<Dump> {
  refuseTables(options);
  let backup: FileBackup | null = null;
  try {
    backup =
      config.backup_method === "bacpac"
        ? await bacpacBackup(config, io, directories)
        : nativeBackup(config, io);
    const source = await withSession(config, io.signal, async (session) => ({
      version: await serverVersion(session),
      bytes: Number((await session.query<{ bytes: string }>(USED))[0]?.bytes ?? 0),
    }));
    await needSpace(backup.directory, source.bytes, "write the backup");
    const writer = backup.tool ?? "the server";
    io.log("info", `SQL Server ${source.version}: ${writer} writes the backup to ${backup.directory}`);
    const count = (signal: AbortSignal) => withSession(config, signal, countRows);
    return startFileDump({ backup, source, count, io });
  } catch (error) {
    await backup?.remove();
    io.signal.throwIfAborted();
    if (error instanceof SpaceError) throw new AppError("DUMP_FAILED", error.message, { cause: error });
    throw explainSqlserver(error, "DUMP_FAILED");
  }
}

function refuseTables({ includeTables, excludeTables }: DumpOptions): void {
  if (includeTables.length + excludeTables.length === 0) return;
  const message = "A backup of SQL Server holds the whole database: tables cannot be included or excluded.";
  const field = `backup_options.${includeTables.length > 0 ? "include" : "exclude"}_tables`;
  throw new AppError("VALIDATION_ERROR", message, { details: [{ field, message: "Must be empty." }] });
}
