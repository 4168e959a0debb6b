import { AppError } from "#lib/core/errors";
import { restoreBacpac } from "#lib/engines/sqlserver/bacpac-restore";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { restoreNative } from "#lib/engines/sqlserver/native-restore";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";

/** The backup says how it is restored, whatever method the target's own backups use. */
export async function restoreSqlserver(
  config: SqlserverConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<RestoreFacts> {
  if (options.tables.length > 0) {
    const message =
      "A backup of SQL Server can only be restored as a whole, not by table. Nothing was changed.";
    throw new AppError("RESTORE_NOT_SUPPORTED", message);
  }
  if (options.extension === ".bak") return restoreNative(config, bytes, options, io);
  if (options.extension === ".bacpac") return restoreBacpac(config, bytes, options, io, directories);
  const message = `Only .bak and .bacpac backups of SQL Server can be restored, not ${options.extension}. Nothing was changed.`;
  throw new AppError("RESTORE_NOT_SUPPORTED", message);
}
