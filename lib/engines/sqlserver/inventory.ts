import { quoteName, type Session } from "#lib/engines/sqlserver/session";
import type { Inventory } from "#lib/engines/types";

interface TableRef {
  readonly schema: string;
  readonly name: string;
}

const TABLES = `SELECT s.name AS [schema], t.name AS name
  FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id
  WHERE t.is_ms_shipped = 0 AND t.is_external = 0
  ORDER BY s.name, t.name`;

/** Exact counts, one table after another on one connection. */
export async function countRows(session: Session): Promise<Inventory> {
  const tables = await session.query<TableRef>(TABLES);
  const counts: [string, number][] = [];
  for (const { schema, name } of tables) {
    const [row] = await session.query<{ count: string }>(
      `SELECT CAST(COUNT_BIG(*) AS nvarchar(20)) AS count FROM ${quoteName(schema)}.${quoteName(name)}`,
    );
    counts.push([`${schema}.${name}`, Number(row?.count ?? 0)]);
  }
  return { tables: Object.fromEntries(counts) };
}
