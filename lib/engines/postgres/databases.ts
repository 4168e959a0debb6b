import type { PostgresConfig } from "#lib/engines/postgres/config";
import { explainPostgres } from "#lib/engines/postgres/explain";
import { type Session, withSession } from "#lib/engines/postgres/session";
import { withMaintenance } from "#lib/engines/postgres/target";
import type { Databases } from "#lib/engines/types";

const MAINTENANCE = "postgres";
const NO_ACCESS = new Set(["3D000", "28000", "42501"]);

/** What the user may connect to. Templates are the server's own, dg_verify_ ones ours; -2 marks a broken one. */
const LIST = `
  SELECT d.datname AS name FROM pg_catalog.pg_database d
  WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit <> -2
    AND d.datname NOT LIKE 'dg\\_verify\\_%' AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
  ORDER BY d.datname`;

const HOLDS_SOMETHING = `
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  ) AS used`;

const codeOf = (error: unknown) => (error as { code?: string } | null)?.code ?? "";

async function listNames(session: Session): Promise<string[]> {
  return (await session.query<{ name: string }>(LIST)).map((row) => row.name);
}

/** The configured database need not be there: any other of the server knows the list as well. */
async function allNames(config: PostgresConfig, signal: AbortSignal): Promise<string[]> {
  try {
    return await withSession(config, signal, listNames);
  } catch (error) {
    if (codeOf(error) !== "3D000") throw error;
    return withMaintenance(config, signal, listNames);
  }
}

/** Every server comes with a database `postgres`, which only some people fill. */
async function holdsSomething(config: PostgresConfig, signal: AbortSignal): Promise<boolean> {
  try {
    const ask = (session: Session) => session.query<{ used: boolean }>(HOLDS_SOMETHING);
    const [row] = await withSession(config, signal, ask, MAINTENANCE);
    return row?.used === true;
  } catch (error) {
    if (NO_ACCESS.has(codeOf(error))) return false;
    throw error;
  }
}

/** `postgres` is listed where it holds a table. */
export const postgresDatabases: Databases<PostgresConfig> = {
  list: async (config, io) => {
    try {
      const names = await allNames(config, io.signal);
      if (!names.includes(MAINTENANCE) || (await holdsSomething(config, io.signal))) return names;
      return names.filter((name) => name !== MAINTENANCE);
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainPostgres(error);
    }
  },
  select: (config, name) => ({ ...config, database: name }),
};
