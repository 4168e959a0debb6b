import type Database from "better-sqlite3";
import { listTables } from "#lib/engines/sqlite/child-inspect";
import { openReadonly } from "#lib/engines/sqlite/child-open";
import type { SchemaColumn, SchemaTable } from "#lib/engines/types";

const MAX_TABLES = 5000;

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
  /** 1 = hidden column of a virtual table; 2 and 3 are generated ones. */
  readonly hidden: number;
}

export function schema({ path }: { path: string }): SchemaTable[] {
  const database = openReadonly(path);
  try {
    const estimates = rowEstimates(database);
    const columns = database.prepare("SELECT * FROM pragma_table_xinfo(?)");
    const tables = listTables(database).filter(({ type }) => type !== "shadow");
    return tables.slice(0, MAX_TABLES).map(({ name, type }) => ({
      schema: null,
      name,
      kind: type === "view" ? "view" : "table",
      rowsEstimate: estimates.get(name) ?? null,
      sizeBytes: null,
      columns: (columns.all(name) as ColumnRow[]).filter(({ hidden }) => hidden !== 1).map(present),
    }));
  } finally {
    database.close();
  }
}

const present = (row: ColumnRow): SchemaColumn => ({
  name: row.name,
  type: row.type,
  nullable: row.notnull === 0,
  primaryKey: row.pk > 0,
});

/** What ANALYZE left, where it was ever run: the first number of a statistic is the table's rows. */
function rowEstimates(database: Database.Database): Map<string, number> {
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").get();
  if (known === undefined) return new Map();
  const rows = database.prepare(
    "SELECT tbl, max(CAST(stat AS INTEGER)) AS rows FROM sqlite_stat1 GROUP BY tbl",
  );
  return new Map((rows.all() as { tbl: string; rows: number }[]).map(({ tbl, rows }) => [tbl, rows]));
}
