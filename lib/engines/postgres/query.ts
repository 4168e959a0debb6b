import { AppError } from "#lib/core/errors";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { explainPostgres } from "#lib/engines/postgres/explain";
import { type Reading, readPortal } from "#lib/engines/postgres/read-portal";
import { openSession, type Session, withSession } from "#lib/engines/postgres/session";
import { assertReads } from "#lib/engines/postgres/statement";
import type { EngineIo, QueryLimits, QueryResult } from "#lib/engines/types";

const LOCK_TIMEOUT_MS = 5000;
/** For the server to end by itself first, which says more. */
const LATE_MS = 2000;
const CANCEL_LIMIT_MS = 5000;

/** Our server process, told from one that got its number later. */
interface Backend {
  readonly pid: number;
  readonly start: string;
}

/**
 * Runs one reading statement in a read-only transaction that is never committed, on a connection of its own.
 * What the datasource's user may read, a statement may read; a superuser's rights are put off first, where
 * the server knows a role for that (14 and newer). When `io.signal` aborts, the statement ends on the server.
 */
export async function queryPostgres(
  config: PostgresConfig,
  sql: string,
  limits: QueryLimits,
  io: EngineIo,
): Promise<QueryResult> {
  assertReads(sql);
  const late = AbortSignal.timeout(limits.timeoutMs + LATE_MS);
  const signal = AbortSignal.any([io.signal, late]);
  let backend: Backend | undefined;
  try {
    const session = await openSession(config, signal);
    try {
      backend = await begin(session, limits);
      const reading = await readPortal(session, sql, limits);
      const types = reading.cut
        ? await afterCut(config, signal, backend, reading)
        : await typeNames(session, reading);
      const columns = reading.fields.map((field, at) => ({ name: field.name, type: types[at] ?? null }));
      return { columns, rows: reading.rows, truncated: reading.truncated };
    } finally {
      // Without a commit: the server rolls back.
      await session.close();
    }
  } catch (error) {
    if (signal.aborted && backend) await endOnServer(config, backend);
    io.signal.throwIfAborted();
    if (late.aborted) throw tookTooLong(limits, error);
    throw backend ? explainStatement(error, sql, limits) : explainPostgres(error);
  }
}

/**
 * Nobody can make the transaction writable once a query ran in it, which the last statement here is (manual,
 * SET TRANSACTION). The rest goes with the transaction, also behind a pooler.
 */
async function begin(session: Session, limits: QueryLimits): Promise<Backend | undefined> {
  await session.query("BEGIN TRANSACTION READ ONLY");
  await session.query(
    `SET LOCAL statement_timeout = ${Math.ceil(limits.timeoutMs)};
     SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
     SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(limits.timeoutMs) + LATE_MS};
     SET LOCAL standard_conforming_strings = on;
     SET LOCAL bytea_output = 'hex';
     SET LOCAL datestyle = 'ISO';
     SET LOCAL extra_float_digits = 3`,
  );
  const [row] = await session.query<Backend & { confine: boolean }>(
    `SELECT pid, extract(epoch FROM backend_start)::text AS start,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
         AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pg_read_all_data') AS confine
     FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()`,
  );
  if (row?.confine) {
    // That role is under row security; without this, rows would be missing and nobody would be told.
    await session.query("SET LOCAL row_security = off; SET LOCAL ROLE pg_read_all_data");
  }
  return row;
}

async function typeNames(session: Session, { fields }: Reading): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT pg_catalog.format_type(t.type, t.modifier) AS name
     FROM ROWS FROM (unnest($1::oid[]), unnest($2::int[])) WITH ORDINALITY AS t(type, modifier, at) ORDER BY t.at`,
    [fields.map((field) => field.dataTypeID), fields.map((field) => field.dataTypeModifier)],
  );
  return rows.map((row) => row.name);
}

async function afterCut(
  config: PostgresConfig,
  signal: AbortSignal,
  backend: Backend | undefined,
  reading: Reading,
): Promise<string[]> {
  return withSession(config, signal, async (other) => {
    if (backend) await cancel(other, backend);
    return typeNames(other, reading);
  });
}

const cancel = (session: Session, { pid, start }: Backend) =>
  session.query(
    `SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
     WHERE pid = $1 AND extract(epoch FROM backend_start)::text = $2`,
    [pid, start],
  );

/** A closed connection alone does not end a statement that sends nothing. */
async function endOnServer(config: PostgresConfig, backend: Backend): Promise<void> {
  try {
    await withSession(config, AbortSignal.timeout(CANCEL_LIMIT_MS), (other) => cancel(other, backend));
  } catch {
    // Where no second connection is to be had, the server's own time limit ends it.
  }
}

function tookTooLong(limits: QueryLimits, cause: unknown): AppError {
  const message = `The statement took longer than ${Math.round(limits.timeoutMs / 1000)} seconds and was ended.`;
  return new AppError("QUERY_EXECUTION_FAILED", message, { cause });
}

/** SQLSTATEs that tell of the connection, not of the statement (manual, appendix A). */
const OF_THE_CONNECTION = /^(08|28|53300|57P0)/;

function explainStatement(error: unknown, sql: string, limits: QueryLimits): AppError {
  const { code = "", position, detail, hint } = (error ?? {}) as Record<string, string | undefined>;
  if (!(error instanceof Error) || !/^[0-9A-Z]{5}$/.test(code) || OF_THE_CONNECTION.test(code)) {
    return explainPostgres(error, "QUERY_EXECUTION_FAILED");
  }
  if (code === "57014" && error.message.includes("statement timeout")) return tookTooLong(limits, error);
  const details = { ...place(sql, position), ...(detail && { detail }), ...(hint && { hint }) };
  return new AppError("QUERY_EXECUTION_FAILED", error.message, { cause: error, details });
}

/** Where in the statement, counted from 1 in characters, and as line and column. */
function place(sql: string, position: string | undefined) {
  if (position === undefined) return {};
  const before = [...sql].slice(0, Number(position) - 1).join("");
  const lines = before.split("\n");
  return { position: Number(position), line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
}
