import { type SqlserverConfig, sqlserverConfig } from "#lib/engines/sqlserver/config";
import { sqlserverDatabases } from "#lib/engines/sqlserver/databases";
import { dumpSqlserver } from "#lib/engines/sqlserver/dump";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { probeSqlserver } from "#lib/engines/sqlserver/probe";
import { restoreSqlserver } from "#lib/engines/sqlserver/restore";
import { describeSqlserver } from "#lib/engines/sqlserver/schema";
import { sqlserverVerification } from "#lib/engines/sqlserver/verification";
import type { Engine } from "#lib/engines/types";

/**
 * SQL Server by its own BACKUP and RESTORE, through a directory that server and worker share. It has no
 * `query`: a batch can commit what a rollback was to undo, and no transaction of SQL Server is read-only.
 */
export const sqlserver: Engine<SqlserverConfig> = {
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
  dump: dumpSqlserver,
  restore: restoreSqlserver,
  explain: (error) => explainSqlserver(error),
  /** The server does it all itself. */
  tools: async () => [],
  verification: sqlserverVerification,
  databases: sqlserverDatabases,
  schema: describeSqlserver,
};
