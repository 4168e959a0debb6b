import type { FieldPacket } from "mysql2";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { openSession, type Session, serverVersion } from "#lib/engines/family-mysql/session";
import { assertReads } from "#lib/engines/family-mysql/statement";
import { jsonValue, typeName } from "#lib/engines/family-mysql/values";
import type { EngineIo, QueryLimits, QueryResult } from "#lib/engines/types";
import { untilAbort } from "#lib/streams/until-abort";

/** What the driver may have read ahead, beyond the limit, before the connection is cut. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** For the server to end by itself first, which says more. */
const LATE_MS = 2000;

/**
 * Runs one reading statement in a read-only transaction with the server's own time limit, and stops reading
 * at the limits by cutting the connection, so that neither side goes on with a huge result.
 */
export async function queryMysql(
  config: MysqlConfig,
  sql: string,
  limits: QueryLimits,
  io: EngineIo,
): Promise<QueryResult> {
  const late = AbortSignal.timeout(limits.timeoutMs + LATE_MS);
  const cut = new AbortController();
  const signal = AbortSignal.any([io.signal, late, cut.signal]);
  try {
    assertReads(sql);
    const session = await openSession(config, signal);
    try {
      const { flavour } = await serverVersion(session);
      await session.query(
        flavour === "mariadb"
          ? `SET SESSION max_statement_time = ${limits.timeoutMs / 1000}`
          : `SET SESSION max_execution_time = ${Math.ceil(limits.timeoutMs)}`,
      );
      await session.query(`SET SESSION sql_select_limit = ${limits.maxRows + 1}`);
      await session.query("SET SESSION TRANSACTION READ ONLY");
      await session.query("START TRANSACTION READ ONLY");
      return await untilAbort(read(session, sql, limits, cut), AbortSignal.any([io.signal, late]));
    } finally {
      await session.close();
    }
  } catch (error) {
    io.signal.throwIfAborted();
    if (late.aborted) {
      const message = `The query took longer than ${Math.round(limits.timeoutMs / 1000)} s.`;
      throw explainMysql(new Error(message), "QUERY_EXECUTION_FAILED");
    }
    throw explainMysql(error, "QUERY_EXECUTION_FAILED");
  }
}

/** Row by row as raw bytes. What is cut off here leaves the promise's outcome as it was. */
function read(
  session: Session,
  sql: string,
  limits: QueryLimits,
  cut: AbortController,
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    let fields: readonly FieldPacket[] = [];
    const rows: unknown[][] = [];
    let bytes = 0;
    let received = 0;
    const answer = (truncated: boolean) => {
      const columns = fields.map((field) => ({ name: field.name, type: typeName(field) }));
      resolve({ columns, rows, truncated });
    };
    const stop = () => {
      answer(true);
      cut.abort(new Error("The result is longer than allowed."));
    };
    // One row alone may be larger than all that is allowed: then not even its end is waited for.
    session.onData((length) => {
      received += length;
      if (received > limits.maxBytes * 2 + READ_AHEAD_BYTES) stop();
    });
    const query = session.connection.query({ sql, rowsAsArray: true, typeCast: false });
    query.on("fields", (packets: FieldPacket[] | undefined) => {
      fields = packets ?? [];
    });
    query.on("result", (row: unknown) => {
      if (cut.signal.aborted || !Array.isArray(row)) return;
      const values = fields.map((field, i) => jsonValue((row[i] ?? null) as Buffer | null, field));
      bytes += values.reduce<number>((sum, value) => sum + Buffer.byteLength(String(value ?? "")), 0);
      if (rows.length >= limits.maxRows || bytes > limits.maxBytes) stop();
      else rows.push(values);
    });
    query.on("error", reject);
    query.on("end", () => answer(false));
    session.connection.on("error", reject);
  });
}
