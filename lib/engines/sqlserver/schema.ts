import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { withSession } from "#lib/engines/sqlserver/session";
import type { EngineIo, SchemaColumn, SchemaTable } from "#lib/engines/types";

const MAX_TABLES = 5000;

const RELATIONS = `SELECT TOP (${MAX_TABLES}) o.object_id AS id, s.name AS [schema], o.name AS name, o.type AS type,
  CAST(p.rows AS nvarchar(20)) AS rows, CAST(p.bytes AS nvarchar(20)) AS bytes
  FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
  OUTER APPLY (SELECT SUM(CASE WHEN a.index_id IN (0, 1) THEN a.row_count ELSE 0 END) AS rows,
    SUM(a.reserved_page_count) * 8192 AS bytes
    FROM sys.dm_db_partition_stats a WHERE a.object_id = o.object_id) p
  WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name`;

const COLUMNS = `SELECT c.object_id AS id, c.name AS name, t.name AS type, c.max_length AS length, c.precision AS precision,
  c.scale AS scale, c.is_nullable AS nullable,
  CAST(CASE WHEN EXISTS (SELECT 1 FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
    WHERE i.is_primary_key = 1 AND i.object_id = c.object_id AND k.column_id = c.column_id) THEN 1 ELSE 0 END AS bit) AS primaryKey
  FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id
  JOIN sys.objects o ON o.object_id = c.object_id
  WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY c.object_id, c.column_id`;

interface Relation {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly rows: string | null;
  readonly bytes: string | null;
}

export interface ColumnRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Bytes; -1 is "max". */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
}

/** Tables and views with columns, sizes and estimates, in name order. */
export async function describeSqlserver(config: SqlserverConfig, io: EngineIo): Promise<SchemaTable[]> {
  try {
    return await withSession(config, io.signal, async (session) => {
      const relations = await session.query<Relation>(RELATIONS);
      const columns = Map.groupBy(await session.query<ColumnRow>(COLUMNS), ({ id }) => id);
      return relations.map((relation) => tableOf(relation, columns.get(relation.id) ?? []));
    });
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainSqlserver(error);
  }
}

function tableOf({ schema, name, type, rows, bytes }: Relation, columns: readonly ColumnRow[]): SchemaTable {
  const view = type.trim() === "V";
  return {
    schema,
    name,
    kind: view ? "view" : "table",
    rowsEstimate: view || rows === null ? null : Number(rows),
    sizeBytes: view || bytes === null ? null : Number(bytes),
    columns: columns.map(columnOf),
  };
}

function columnOf(column: ColumnRow): SchemaColumn {
  const { name, nullable, primaryKey } = column;
  return { name, type: typeName(column), nullable, primaryKey };
}

/** As it is written in a CREATE TABLE, for example "nvarchar(40)" or "decimal(10,2)". */
export function typeName({ type, length, precision, scale }: ColumnRow): string {
  if (/^(var)?(char|binary)$/.test(type)) return `${type}(${length === -1 ? "max" : length})`;
  if (/^n(var)?char$/.test(type)) return `${type}(${length === -1 ? "max" : length / 2})`;
  if (type === "decimal" || type === "numeric") return `${type}(${precision},${scale})`;
  if (/^(datetime2|time|datetimeoffset)$/.test(type)) return `${type}(${scale})`;
  return type;
}
