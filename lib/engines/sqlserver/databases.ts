import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { withSession } from "#lib/engines/sqlserver/session";
import type { Databases } from "#lib/engines/types";

/**
 * The first four are the server's own: master, tempdb, model, msdb. Snapshots cannot be backed up, and what a
 * verification or an import makes for a while is ours.
 */
const LIST = `SELECT name FROM sys.databases
  WHERE database_id > 4 AND source_database_id IS NULL AND HAS_DBACCESS(name) = 1
    AND name NOT LIKE 'dg[_]verify[_]%' AND name NOT LIKE 'dg[_]import[_]%' ORDER BY name`;

export const sqlserverDatabases: Databases<SqlserverConfig> = {
  list: async (config, io) => {
    try {
      const rows = await withSession(
        config,
        io.signal,
        (session) => session.query<{ name: string }>(LIST),
        "master",
      );
      return rows.map(({ name }) => name);
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainSqlserver(error);
    }
  },
  select: (config, name) => ({ ...config, database: name }),
};
