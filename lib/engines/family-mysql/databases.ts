import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { withSession } from "#lib/engines/family-mysql/session";
import type { Databases } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

/** Without the server's own, and without ours. */
const LIST = `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA
  WHERE LOWER(SCHEMA_NAME) NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
    AND LEFT(SCHEMA_NAME, ${VERIFICATION_PREFIX.length}) <> '${VERIFICATION_PREFIX}'
  ORDER BY SCHEMA_NAME`;

export const mysqlDatabases: Databases<MysqlConfig> = {
  list: async (config, io) => {
    try {
      // Connected to none: the configured one need not be there.
      const rows = await withSession(
        config,
        io.signal,
        (session) => session.query<{ name: string }>(LIST),
        null,
      );
      return rows.map((row) => row.name);
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainMysql(error);
    }
  },
  select: (config, name) => ({ ...config, database: name }),
};
