import { AppError } from "#lib/core/errors";
import { quoteIdentifier, type Session } from "#lib/engines/postgres/session";
import type { Inventory } from "#lib/engines/types";

export interface TableRef {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** r = table, p = partitioned table (its rows are its partitions'), v, m, f = view, matview, foreign table. */
  readonly kind: string;
  /** A dump holds it; not so what an extension brought along. */
  readonly dumped: boolean;
  readonly parents: readonly string[];
}

const RELATIONS = `
  SELECT c.oid::text, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
    NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') AS dumped,
    ARRAY(SELECT i.inhparent::text FROM pg_inherits i WHERE i.inhrelid = c.oid) AS parents
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\\_%' AND c.relpersistence <> 't'
  ORDER BY n.nspname, c.relname`;

export const fullName = (table: Pick<TableRef, "schema" | "name">) => `${table.schema}.${table.name}`;

export const listRelations = (session: Session) => session.query<TableRef>(RELATIONS);

/** Matches exactly: `schema.table`, or `table` in whatever schema it lies. Partitions go with their parent. */
function matching(
  relations: readonly TableRef[],
  names: readonly string[],
  unknown: (name: string) => void,
): TableRef[] {
  const chosen = new Set<TableRef>();
  for (const name of names) {
    const hits = relations.filter((table) => fullName(table) === name || table.name === name);
    if (hits.length === 0) unknown(name);
    for (const hit of hits) chosen.add(hit);
  }
  for (let grown = true; grown; ) {
    const before = chosen.size;
    const oids = new Set([...chosen].map((table) => table.oid));
    for (const table of relations) if (table.parents.some((parent) => oids.has(parent))) chosen.add(table);
    grown = chosen.size > before;
  }
  return [...chosen];
}

export interface Selection {
  /** Ordinary tables whose rows the dump will hold. */
  readonly tables: readonly TableRef[];
  readonly include: readonly TableRef[];
  readonly exclude: readonly TableRef[];
}

/**
 * What a dump with these options holds. An included name that is not there throws VALIDATION_ERROR: a backup
 * without the table that was asked for is none. An excluded one that is not there is only told.
 */
export function selectTables(
  relations: readonly TableRef[],
  options: { includeTables: readonly string[]; excludeTables: readonly string[] },
  warn: (message: string) => void,
): Selection {
  const missing: string[] = [];
  const include = matching(relations, options.includeTables, (name) => missing.push(name));
  if (missing.length > 0) {
    throw new AppError(
      "VALIDATION_ERROR",
      `Tables to include are not in the database: ${missing.join(", ")}.`,
      {
        details: [{ field: "backup_options.include_tables", message: `Not found: ${missing.join(", ")}` }],
      },
    );
  }
  const exclude = matching(relations, options.excludeTables, (name) =>
    warn(`The table to exclude, ${name}, is not in the database.`),
  );
  const left = include.length > 0 ? include : relations;
  const tables = left.filter((table) => table.kind === "r" && table.dumped && !exclude.includes(table));
  return { tables, include, exclude };
}

/** A name in pg_dump's pattern language, quoted so that every character stands for itself. */
export function toPattern(table: TableRef): string {
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}

/** Exact counts, one table after another on one connection: gentle to the server that is being dumped. */
export async function countRows(session: Session, tables: readonly TableRef[]): Promise<Inventory> {
  const counts: [string, number][] = [];
  for (const table of tables) {
    const [row] = await session.query<{ count: string }>(
      `SELECT count(*) AS count FROM ONLY ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`,
    );
    counts.push([fullName(table), Number(row?.count ?? 0)]);
  }
  return { tables: Object.fromEntries(counts) };
}
