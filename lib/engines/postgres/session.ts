import { Client, escapeIdentifier, type Submittable } from "pg";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { certificateOf } from "#lib/engines/with-host-config";

const CONNECT_TIMEOUT_MS = 10_000;

export const quoteIdentifier = escapeIdentifier;

/** One connection; an abort of its signal cuts it, and what was waiting rejects with the abort's reason. */
export interface Session {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Hands the connection to something that speaks the protocol itself; it hears errors as the driver has them. */
  submit(statement: Submittable): void;
  /** Ends the connection at once, without a farewell. */
  cut(): void;
  close(): Promise<void>;
}

/** `require` in libpq's words, or `verify-full` where a CA is given; see `toolAccess`. */
function tls(config: PostgresConfig) {
  if (!config.ssl_enabled) return false;
  const ca = certificateOf(config);
  return ca === null ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true };
}

/** Connects as `config` says, to another database if named. Rejects with the driver's error. */
export async function openSession(
  config: PostgresConfig,
  signal: AbortSignal,
  database: string = config.database,
): Promise<Session> {
  signal.throwIfAborted();
  const client = new Client({
    host: config.host,
    port: config.port,
    user: config.username,
    // A function, or the driver would look into the environment and ~/.pgpass where there is none.
    password: () => config.password ?? "",
    database,
    ssl: tls(config),
    application_name: "dataguardian",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A connection that breaks while nobody waits must not end the process; the next query rejects.
  client.on("error", () => undefined);
  // The driver has no other way to cut a connection at once.
  const cut = () => client.connection.stream.destroy();
  signal.addEventListener("abort", cut, { once: true });
  const orAbort = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
  try {
    await orAbort(client.connect());
  } catch (error) {
    signal.removeEventListener("abort", cut);
    cut();
    throw error;
  }
  return {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await orAbort(client.query<Row>(sql, [...values]))).rows,
    submit: (statement) => void client.query(statement),
    cut,
    close: async () => {
      signal.removeEventListener("abort", cut);
      if (signal.aborted) return;
      await client.end().catch(() => undefined);
    },
  };
}

/** Opens a session for `work` and closes it however that ends. */
export async function withSession<T>(
  config: PostgresConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  database?: string,
): Promise<T> {
  const session = await openSession(config, signal, database);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

export interface ServerVersion {
  readonly major: number;
  readonly text: string;
}

export async function serverVersion(session: Session): Promise<ServerVersion> {
  const [row] = await session.query<{ num: string; text: string }>(
    "SELECT current_setting('server_version_num') AS num, current_setting('server_version') AS text",
  );
  const num = Number(row?.num ?? 0);
  return { major: Math.floor(num / 10_000), text: (row?.text ?? "").split(" ")[0] ?? "" };
}
