import type mssql from "mssql";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { certificateOf } from "#lib/engines/with-host-config";
import { untilAbort } from "#lib/streams/until-abort";

const CONNECT_TIMEOUT_MS = 10_000;

/** One connection; an abort of its signal cancels what runs on the server and rejects with the abort's reason. */
export interface Session {
  /** `values` are parameters: `@name` in the statement. `onInfo` gets the server's messages as they come. */
  query<Row extends object>(
    sql: string,
    values?: Readonly<Record<string, string | number>>,
    onInfo?: (message: string) => void,
  ): Promise<Row[]>;
}

/** `require` in other databases' words, or full verification where a CA is given. */
function options(config: SqlserverConfig): mssql.config["options"] {
  const ca = certificateOf(config);
  return {
    appName: "dataguardian",
    useUTC: true,
    encrypt: config.ssl_enabled,
    trustServerCertificate: ca === null,
    ...(ca !== null && { cryptoCredentialsDetails: { ca } }),
  };
}

/** Loaded when it is first needed: it takes tens of megabytes that most processes can do without. */
async function driver(): Promise<typeof mssql> {
  return (await import("mssql")).default;
}

/** Opens a session on `database` for `work` and closes it however that ends. Rejects with the driver's errors. */
export async function withSession<T>(
  config: SqlserverConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  database: string = config.database,
): Promise<T> {
  signal.throwIfAborted();
  const { ConnectionPool } = await driver();
  const pool = new ConnectionPool({
    server: config.host,
    port: config.port,
    user: config.username,
    password: config.password ?? "",
    database,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    // A backup takes as long as it takes; whoever waits ends it by the signal.
    requestTimeout: 0,
    pool: { min: 0, max: 1 },
    options: options(config),
  });
  // A connection that breaks while nobody waits must not end the process; the next query rejects.
  pool.on("error", () => undefined);
  const connecting = pool.connect();
  connecting.catch(() => undefined);
  try {
    await untilAbort(connecting, signal);
    return await work({ query: (sql, values, onInfo) => run(pool, signal, sql, values, onInfo) });
  } finally {
    const closing = connecting.then(() => pool.close()).catch(() => undefined);
    // Nobody waits for a server that may not answer, once the work is called off.
    if (!signal.aborted) await closing;
  }
}

async function run<Row extends object>(
  pool: mssql.ConnectionPool,
  signal: AbortSignal,
  sql: string,
  values: Readonly<Record<string, string | number>> = {},
  onInfo: (message: string) => void = () => undefined,
): Promise<Row[]> {
  signal.throwIfAborted();
  const { Request } = await driver();
  const request = new Request(pool);
  for (const [name, value] of Object.entries(values)) request.input(name, value);
  request.on("info", (info: { message: string }) => onInfo(info.message));
  const cancel = () => request.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const { recordset } = await untilAbort(request.query<Row>(sql), signal);
    return recordset ?? [];
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** A name in brackets, so that every character stands for itself. */
export const quoteName = (name: string) => `[${name.replaceAll("]", "]]")}]`;

/** A Unicode literal, for the few places that take no parameter. */
export const quoteText = (text: string) => `N'${text.replaceAll("'", "''")}'`;

/** For example "16.0.4135.4". */
export async function serverVersion(session: Session): Promise<string> {
  const rows = await session.query<{ version: string }>(
    "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version",
  );
  return rows[0]?.version ?? "";
}
