import { openReadonly, Refusal } from "#lib/engines/sqlite/child-open";
import type { QueryLimits, QueryResult } from "#lib/engines/types";

/** Runs one statement that reads. What answers no rows (ATTACH, VACUUM INTO, BEGIN) is none. */
export function query(request: { path: string; sql: string; limits: QueryLimits }): QueryResult {
  const { path, sql, limits } = request;
  const database = openReadonly(path);
  try {
    const statement = database.prepare(sql);
    if (!statement.readonly || !statement.reader) {
      throw new Refusal("DG_WRITES", "Only statements that read are run here, such as SELECT.");
    }
    const columns = statement.columns().map(({ name, type }) => ({ name, type }));
    const rows: unknown[][] = [];
    let bytes = 0;
    let truncated = false;
    for (const row of statement.raw().safeIntegers().iterate() as IterableIterator<unknown[]>) {
      const values = row.map(jsonValue);
      bytes += values.reduce<number>((sum, value) => sum + Buffer.byteLength(String(value)), 0);
      truncated = rows.length >= limits.maxRows || bytes > limits.maxBytes;
      if (truncated) break;
      rows.push(values);
    }
    return { columns, rows, truncated };
  } finally {
    database.close();
  }
}

function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : value;
}
