import { AppError } from "#lib/core/errors";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import type { Version } from "#lib/engines/family-mysql/flavour";
import { namesCharset, openSession, type Session, serverVersion } from "#lib/engines/family-mysql/session";

export interface TableRef {
  readonly name: string;
  readonly kind: "table" | "view" | "sequence";
  readonly engine: string;
  /** False for MyISAM, Aria, MEMORY and their like, which no snapshot covers. */
  readonly transactional: boolean;
  /** MariaDB's WITH SYSTEM VERSIONING: keeps what its rows were before. */
  readonly versioned: boolean;
  readonly bytes: number;
}

/** What a database holds and who asks, looked at before a dump. */
export interface SourceLook {
  readonly version: Version;
  readonly tables: readonly TableRef[];
  readonly characterSet: string;
  readonly collation: string;
  /** Some history is kept by transactions instead of times, which no dump tool can read. */
  readonly historyByTransaction: boolean;
  /** Without it triggers are not even seen, and nothing else would say so. */
  readonly mayReadTriggers: boolean;
  /** What the server reads names in that a client sends in a character set which it does not know. */
  readonly namesCharset: string;
  /** Names of tables with generated columns or vectors. */
  readonly beyondMariadb: ReadonlySet<string>;
  /** MySQL's code for routines, from 9.2 on. */
  readonly libraries: readonly string[];
}

/** Engines whose rows lie elsewhere: the dump tools leave these out, and so do our counts. */
const ROWS_ELSEWHERE = /^(MRG_MYISAM|MRG_ISAM|MERGE|FEDERATED|CONNECT|SPIDER|OQGRAPH|VP)$/i;

export const holdsOwnRows = (table: TableRef) => table.kind === "table" && !ROWS_ELSEWHERE.test(table.engine);

interface TableRow {
  name: string;
  type: string;
  engine: string | null;
  transactional: string | null;
  bytes: string | number | null;
}

/** Tables, views and sequences of a database in name order. */
export async function listTables(session: Session, database: string): Promise<TableRef[]> {
  const rows = await session.query<TableRow>(
    `SELECT t.TABLE_NAME AS name, t.TABLE_TYPE AS type, t.ENGINE AS engine, e.TRANSACTIONS AS transactional,
       t.DATA_LENGTH + t.INDEX_LENGTH AS bytes
     FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
     WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW', 'SEQUENCE')
     ORDER BY t.TABLE_NAME`,
    [database],
  );
  return rows.map((row) => ({
    name: row.name,
    kind: row.type === "VIEW" ? "view" : row.type === "SEQUENCE" ? "sequence" : "table",
    engine: row.engine ?? "",
    transactional: row.transactional === "YES",
    versioned: row.type === "SYSTEM VERSIONED",
    bytes: Number(row.bytes ?? 0),
  }));
}

async function anyByTransaction(session: Session): Promise<boolean> {
  const rows = await session.query(
    `SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
     AND GENERATION_EXPRESSION = 'ROW START' AND DATA_TYPE = 'bigint' LIMIT 1`,
  );
  return rows.length > 0;
}

/** Names of a database's libraries; none on a server that knows no such thing. */
export async function listLibraries(session: Session, database: string): Promise<string[]> {
  const known = await session.query(
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'LIBRARIES'",
  );
  if (known.length === 0) return [];
  const rows = await session.query<{ name: string }>(
    "SELECT LIBRARY_NAME AS name FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ? ORDER BY 1",
    [database],
  );
  return rows.map((row) => row.name);
}

async function listBeyondMariadb(session: Session, database: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT DISTINCT TABLE_NAME AS name FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND (GENERATION_EXPRESSION <> '' OR DATA_TYPE = 'vector')`,
    [database],
  );
  return rows.map((row) => row.name);
}

/** Connects, looks, and lets go: the dump itself needs no connection of ours. */
export async function lookAtSource(config: MysqlConfig, signal: AbortSignal): Promise<SourceLook> {
  const session = await openSession(config, signal);
  try {
    const version = await serverVersion(session);
    const tables = await listTables(session, config.database);
    const [defaults] = await session.query<{ charset: string; collation: string }>(
      "SELECT @@character_set_database AS charset, @@collation_database AS collation",
    );
    const grants = await session.query<Record<string, string>>("SHOW GRANTS");
    const mayReadTriggers = grants.some((row) => {
      const grant = Object.values(row)[0] ?? "";
      // A granted role, which names no object, may bring the right along.
      return /^GRANT (.*\bTRIGGER\b|ALL PRIVILEGES)/i.test(grant) || !grant.includes(" ON ");
    });
    return {
      version,
      tables,
      historyByTransaction: tables.some((table) => table.versioned) && (await anyByTransaction(session)),
      characterSet: defaults?.charset ?? "",
      collation: defaults?.collation ?? "",
      mayReadTriggers,
      namesCharset: await namesCharset(session),
      beyondMariadb: new Set(await listBeyondMariadb(session, config.database)),
      libraries: await listLibraries(session, config.database),
    };
  } finally {
    await session.close();
  }
}

export interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** What the dump will hold of the database. */
  readonly tables: readonly TableRef[];
}

/**
 * What a dump with these options holds; a name is `table` or `database.table`, of a table or a view. An
 * included name that is not there throws VALIDATION_ERROR: a backup without the table that was asked for is
 * none. An excluded one that is not there is only told.
 */
export function selectTables(
  tables: readonly TableRef[],
  database: string,
  options: { includeTables: readonly string[]; excludeTables: readonly string[] },
  warn: (message: string) => void,
): Selection {
  const find = (name: string) =>
    tables.find((table) => table.name === name || `${database}.${table.name}` === name);
  const missing = options.includeTables.filter((name) => find(name) === undefined);
  if (missing.length > 0) {
    const details = [{ field: "backup_options.include_tables", message: `Not found: ${missing.join(", ")}` }];
    throw new AppError(
      "VALIDATION_ERROR",
      `Tables to include are not in the database: ${missing.join(", ")}.`,
      { details },
    );
  }
  for (const name of options.excludeTables) {
    if (find(name) === undefined) warn(`The table to exclude, ${name}, is not in the database.`);
  }
  const namesOf = (names: readonly string[]) => [...new Set(names.flatMap((name) => find(name)?.name ?? []))];
  const exclude = namesOf(options.excludeTables);
  // The tools would dump a table that is both named and ignored.
  const include = namesOf(options.includeTables).filter((name) => !exclude.includes(name));
  if (options.includeTables.length > 0 && include.length === 0) {
    throw new AppError("VALIDATION_ERROR", "Every table to include is also to be excluded.");
  }
  const held = tables.filter(
    (table) => !exclude.includes(table.name) && (include.length === 0 || include.includes(table.name)),
  );
  return { include, exclude, tables: held };
}
