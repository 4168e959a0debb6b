import { type SqlserverConfig, sqlserverConfig } from "#lib/engines/sqlserver/config";
import { sqlserverDatabases } from "#lib/engines/sqlserver/databases";
import { dumpSqlserver } from "#lib/engines/sqlserver/dump";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { probeSqlserver } from "#lib/engines/sqlserver/probe";
import { restoreSqlserver } from "#lib/engines/sqlserver/restore";
import { describeSqlserver } from "#lib/engines/sqlserver/schema";
import { reportSqlpackage, sqlpackageDirectories } from "#lib/engines/sqlserver/sqlpackage-tool";
import { sqlserverVerification } from "#lib/engines/sqlserver/verification";
import type { Engine } from "#lib/engines/types";

/**
 * SQL Server by its own BACKUP and RESTORE, through a directory that server and worker share, or by
 * sqlpackage's Export and Import. `directories` says where that is looked for; without it, on PATH and where
 * it is usually put. It has no `query`: a batch can commit what a rollback was to undo, and no transaction of
 * SQL Server is read-only.
 */
export function createSqlserverEngine(directories?: readonly string[]): Engine<SqlserverConfig> {
  const places = () => directories ?? sqlpackageDirectories();
  return {
    type: "sqlserver",
    label: "SQL Server",
    config: sqlserverConfig,
    subject: (config) => config.database,
    probe: async (config, io) => {
      try {
        return await probeSqlserver(config, io.signal);
      } catch (error) {
        io.signal.throwIfAborted();
        throw explainSqlserver(error);
      }
    },
    dump: (config, options, io) => dumpSqlserver(config, options, io, places()),
    restore: (config, bytes, options, io) => restoreSqlserver(config, bytes, options, io, places()),
    explain: (error) => explainSqlserver(error),
    tools: () => reportSqlpackage(places()),
    verification: sqlserverVerification,
    databases: sqlserverDatabases,
    schema: describeSqlserver,
  };
}

export const sqlserver = createSqlserverEngine();
