import { connect, isIP, type Socket } from "node:net";
import type { Connection, RowDataPacket } from "mysql2";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { serverVersionOf, type Version } from "#lib/engines/family-mysql/flavour";
import { certificateOf } from "#lib/engines/with-host-config";
import { untilAbort } from "#lib/streams/until-abort";

const CONNECT_TIMEOUT_MS = 10_000;
const GOODBYE_MS = 2000;

export const quoteIdentifier = (name: string) => `\`${name.replaceAll("`", "``")}\``;

/** One connection; an abort of its signal cuts it, and what was waiting rejects with the abort's reason. */
export interface Session {
  /** Numbers that JavaScript cannot hold, decimals and dates come as text. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The driver's own, for reading row by row. */
  readonly connection: Connection;
  /** Tells how many bytes arrive, also of what is not complete yet. */
  onData(listener: (length: number) => void): void;
  close(): Promise<void>;
}

/** Encrypted without a check, or checked by name where a CA is given; as `optionFile` has it for the clients. */
function tls(config: MysqlConfig) {
  if (!config.ssl_enabled) return {};
  const ca = certificateOf(config);
  const ssl =
    ca === null ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true, verifyIdentity: true };
  return isIP(config.host) !== 0 && ca !== null ? { ssl, stream: () => addressStream(config) } : { ssl };
}

/**
 * The driver tells TLS no name where the host is an address, and Node then checks for "localhost". It takes
 * the host from the socket first; without that the check would fail, never pass.
 */
function addressStream(config: MysqlConfig): Socket {
  const socket = connect(config.port, config.host);
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  return Object.assign(socket, { _host: config.host });
}

/** Connects as `config` says; `database` null connects to none. Rejects with the driver's error. */
export async function openSession(
  config: MysqlConfig,
  signal: AbortSignal,
  database: string | null = config.database,
): Promise<Session> {
  signal.throwIfAborted();
  // Loaded when it is first needed: it takes tens of megabytes that most processes can do without.
  const { createConnection } = await import("mysql2");
  signal.throwIfAborted();
  const connection = createConnection({
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password ?? "",
    ...(database === null ? {} : { database }),
    ...tls(config),
    charset: "utf8mb4",
    connectTimeout: CONNECT_TIMEOUT_MS,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    multipleStatements: false,
    // The server must never be able to ask for a file of this machine.
    flags: ["-LOCAL_FILES"],
  });
  // A connection that breaks while nobody waits must not end the process; the next query rejects.
  connection.on("error", () => undefined);
  const cut = () => streamOf(connection).destroy();
  signal.addEventListener("abort", cut, { once: true });
  const query = <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    untilAbort(
      new Promise<Row[]>((resolve, reject) => {
        connection.query<(Row & RowDataPacket)[]>(sql, [...values], (error, rows) => {
          if (error) reject(error);
          else resolve(rows);
        });
      }),
      signal,
    );
  try {
    await untilAbort(
      new Promise<void>((resolve, reject) => {
        connection.connect((error) => (error ? reject(error) : resolve()));
      }),
      signal,
    );
    // Values are quoted for the usual mode; a server's own might read backslashes differently. MySQL 8 answers
    // sizes that are a day old unless it is asked not to.
    await query("SET SESSION sql_mode = '' /*!80000 , information_schema_stats_expiry = 0 */");
  } catch (error) {
    signal.removeEventListener("abort", cut);
    cut();
    throw error;
  }
  return {
    query,
    connection,
    onData: (listener) => {
      streamOf(connection).on("data", (chunk) => listener(chunk.length));
    },
    close: async () => {
      signal.removeEventListener("abort", cut);
      if (!signal.aborted) await goodbye(connection);
      cut();
    },
  };
}

/** A server that is gone never answers to it. */
async function goodbye(connection: Connection): Promise<void> {
  const said = new Promise<void>((resolve) => connection.end(() => resolve()));
  await untilAbort(said, AbortSignal.timeout(GOODBYE_MS)).catch(() => undefined);
}

interface Stream {
  destroy(): void;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
}

/** The driver's `destroy` only says goodbye; its stream, part of its known shape, can be cut at once. */
function streamOf(connection: Connection): Stream {
  return (connection as unknown as { stream: Stream }).stream;
}

/** Opens a session for `work` and closes it however that ends. */
export async function withSession<T>(
  config: MysqlConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  database?: string | null,
): Promise<T> {
  const session = await openSession(config, signal, database);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

export async function serverVersion(session: Session): Promise<Version> {
  const [row] = await session.query<{ version: string; comment: string }>(
    "SELECT VERSION() AS version, @@version_comment AS comment",
  );
  return serverVersionOf(row?.version ?? "", row?.comment ?? "");
}

/** What the server takes a client's words for that asks for a character set it does not know. */
export async function namesCharset(session: Session): Promise<string> {
  const [row] = await session.query<{ charset: string }>("SELECT @@GLOBAL.character_set_client AS charset");
  return row?.charset ?? "";
}
