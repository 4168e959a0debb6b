import { stat } from "node:fs/promises";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import type { FileBackup } from "#lib/engines/sqlserver/file-backup";
import { withSession } from "#lib/engines/sqlserver/session";
import { readShared, sharedFile } from "#lib/engines/sqlserver/shared-file";
import { backupStatement } from "#lib/engines/sqlserver/statements";
import type { EngineIo } from "#lib/engines/types";

/** Express and Web do not compress backups: error 1844. */
const NO_COMPRESSION = 1844;

/** The server's own BACKUP, into the directory that it shares with the worker. */
export function nativeBackup(config: SqlserverConfig, io: EngineIo): FileBackup {
  const file = sharedFile(config, io);
  return {
    extension: ".bak",
    tool: null,
    directory: file.directory,
    write: (signal, life) =>
      withSession(config, signal, async (session) => {
        const values = { database: config.database, file: file.server };
        let messages = 0;
        const heard = () => {
          messages += 1;
          life(messages);
        };
        try {
          await session.query(backupStatement(true), values, heard);
        } catch (error) {
          if ((error as { number?: unknown }).number !== NO_COMPRESSION) throw error;
          await session.query(backupStatement(false), values, heard);
        }
        return { bytes: (await stat(file.local)).size, warnings: [] };
      }),
    read: (signal) => readShared(file, signal),
    remove: file.remove,
  };
}
