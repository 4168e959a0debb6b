import type { PostgresConfig } from "#lib/engines/postgres/config";
import { type Session, withSession } from "#lib/engines/postgres/session";
import type { SchemaColumn, SchemaTable } from "#lib/engines/types";

const MAX_TABLES = 5000;
const LOCK_NOT_AVAILABLE = "55P03";

interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly rows: number | null;
  readonly bytes: string | null;
}

/** How large a relation is, and whether it takes no page at all, which no statistics are needed for. */
interface Measure {
  readonly bytes: string;
  readonly empty: string;
}

const EXACT: Measure = {
  bytes: "pg_catalog.pg_total_relation_size(leaf.oid)",
  empty: "pg_catalog.pg_relation_size(leaf.oid) = 0",
};

/** The planner's page counts: for when a table is locked, which the exact size would wait for. */
const LAST_KNOWN: Measure = {
  bytes: `(leaf.relpages + coalesce((SELECT sum(x.relpages) FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = leaf.oid), 0)
    ) * pg_catalog.current_setting('block_size')::bigint`,
  empty: "false",
};

/**
 * Partitions stand under their parent, which has no rows and pages itself: it shows their sums. A table that
 * was never analysed has no estimate, unless it takes no page at all.
 */
const relations = (measure: Measure) => `
  WITH RECURSIVE shown AS (
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        WHERE i.inhrelid = c.oid AND p.relkind = 'p')
    ORDER BY n.nspname, c.relname LIMIT ${MAX_TABLES}
  ), tree AS (
    SELECT oid AS root, oid AS leaf FROM shown
    UNION ALL
    SELECT t.root, i.inhrelid FROM tree t JOIN pg_catalog.pg_class p ON p.oid = t.leaf AND p.relkind = 'p'
      JOIN pg_catalog.pg_inherits i ON i.inhparent = t.leaf
  ), measured AS (
    SELECT t.root, ${measure.bytes} AS bytes,
      CASE WHEN leaf.reltuples > 0 THEN leaf.reltuples::float8
        WHEN leaf.relkind IN ('r', 'm') AND ${measure.empty} THEN 0 END AS rows
    FROM tree t JOIN pg_catalog.pg_class leaf ON leaf.oid = t.leaf AND leaf.relkind IN ('r', 'm', 'f')
  )
  SELECT s.oid::text, s.schema, s.name, s.kind,
    CASE WHEN bool_or(m.root IS NOT NULL AND m.rows IS NULL) THEN NULL ELSE sum(m.rows) END AS rows,
    CASE WHEN s.kind IN ('r', 'p', 'm') THEN coalesce(sum(m.bytes), 0)::text END AS bytes
  FROM shown s LEFT JOIN measured m ON m.root = s.oid
  GROUP BY s.oid, s.schema, s.name, s.kind ORDER BY s.schema, s.name`;

const COLUMNS = `
  SELECT a.attrelid::text AS oid, a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
    coalesce(a.attnum = ANY (i.indkey), false) AS "primaryKey"
  FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

/** Tables, views and foreign tables, without the server's own; catalogs are read, rows never. */
export async function describePostgres(config: PostgresConfig, signal: AbortSignal): Promise<SchemaTable[]> {
  return withSession(config, signal, async (session) => {
    await session.query("BEGIN READ ONLY");
    const found = await listRelations(session);
    const columns = new Map<string, SchemaColumn[]>(found.map((relation) => [relation.oid, []]));
    const rows = await session.query<SchemaColumn & { oid: string }>(COLUMNS, [[...columns.keys()]]);
    for (const { oid, ...column } of rows) columns.get(oid)?.push(column);
    return found.map((relation) => ({
      schema: relation.schema,
      name: relation.name,
      kind: relation.kind === "v" || relation.kind === "m" ? "view" : "table",
      rowsEstimate: relation.rows === null ? null : Math.round(relation.rows),
      sizeBytes: relation.bytes === null ? null : Number(relation.bytes),
      columns: columns.get(relation.oid) ?? [],
    }));
  });
}

async function listRelations(session: Session): Promise<RelationRow[]> {
  await session.query("SET LOCAL lock_timeout = '2s'");
  await session.query("SAVEPOINT sizes");
  try {
    return await session.query<RelationRow>(relations(EXACT));
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    await session.query("ROLLBACK TO SAVEPOINT sizes");
    return session.query<RelationRow>(relations(LAST_KNOWN));
  }
}
