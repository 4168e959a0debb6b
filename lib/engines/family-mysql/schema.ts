import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { withSession } from "#lib/engines/family-mysql/session";
import type { SchemaColumn, SchemaTable } from "#lib/engines/types";

const MAX_TABLES = 5000;

/** Views have no statistics; sequences are no tables to a reader. */
const TABLES = `SELECT TABLE_NAME AS name, TABLE_TYPE AS type, TABLE_ROWS AS estimate,
    DATA_LENGTH + INDEX_LENGTH AS bytes
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
  ORDER BY TABLE_NAME LIMIT ${MAX_TABLES}`;

const COLUMNS = `SELECT TABLE_NAME AS owner, COLUMN_NAME AS name, COLUMN_TYPE AS type,
    IS_NULLABLE AS nullable, COLUMN_KEY AS keyed
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`;

interface TableRow {
  name: string;
  type: string;
  estimate: string | number | null;
  bytes: string | number | null;
}

interface ColumnRow {
  owner: string;
  name: string;
  type: string;
  nullable: string;
  keyed: string;
}

export async function describeSchema(config: MysqlConfig, signal: AbortSignal): Promise<SchemaTable[]> {
  return withSession(config, signal, async (session) => {
    const tables = await session.query<TableRow>(TABLES, [config.database]);
    const columns = new Map<string, SchemaColumn[]>(tables.map((table) => [table.name, []]));
    for (const row of await session.query<ColumnRow>(COLUMNS, [config.database])) {
      columns.get(row.owner)?.push({
        name: row.name,
        type: row.type,
        nullable: row.nullable === "YES",
        primaryKey: row.keyed === "PRI",
      });
    }
    return tables.map((table) => ({
      schema: null,
      name: table.name,
      kind: table.type === "VIEW" ? "view" : "table",
      rowsEstimate: numberOrNull(table.estimate),
      sizeBytes: numberOrNull(table.bytes),
      columns: columns.get(table.name) ?? [],
    }));
  });
}

const numberOrNull = (value: string | number | null) => (value === null ? null : Number(value));
