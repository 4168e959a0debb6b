import { AppError, type ErrorCode } from "#lib/core/errors";

type Known = { readonly say: string; readonly reason: "timeout" | "auth_failed" | "unreachable" | "error" };

/** Numbers of the server (SQL Server manual, database engine events and errors) that end a connect. */
const BY_NUMBER: Readonly<Record<number, Known>> = {
  18456: { say: "The user name or password is wrong.", reason: "auth_failed" },
  18452: { say: "The server takes no SQL logins: allow mixed authentication on it.", reason: "auth_failed" },
  18470: { say: "The login is disabled.", reason: "auth_failed" },
  18486: { say: "The login is locked out.", reason: "auth_failed" },
  18487: { say: "The login's password has expired.", reason: "auth_failed" },
  18488: { say: "The login's password must be changed first.", reason: "auth_failed" },
  4060: { say: "The database does not exist on this server, or the login may not open it.", reason: "error" },
  916: { say: "The login has no user in the database.", reason: "auth_failed" },
  17142: { say: "The server is paused.", reason: "unreachable" },
  18401: { say: "The server is starting or being upgraded.", reason: "unreachable" },
};

/** What to do about errors of a statement; the server's own words stand before it. */
const HINTS: Readonly<Record<number, string>> = {
  229: "The login lacks a right.",
  262: "The login lacks a right: backups need db_backupoperator, restores dbcreator.",
  3110: "The login lacks a right: restores need dbcreator, or the ownership of the database.",
  3201: "The server cannot open that file: its own user needs rights to the backup directory and to new files in it.",
  3202: "The server could not write there: look at the free space and the rights of the backup directory.",
  3257: "The server has too little space for the restored files.",
  3241: "The file is no backup of SQL Server, or is damaged.",
  3169: "The backup is of a newer SQL Server than this one.",
  3189: "The backup is damaged.",
  3183: "The backup is damaged.",
  3203: "The backup is damaged or could not be read to its end.",
};

const BY_TEXT: readonly (Known & { readonly when: RegExp })[] = [
  {
    when: /ECONNREFUSED/,
    say: "The connection was refused: nothing listens on that host and port.",
    reason: "unreachable",
  },
  { when: /ENOTFOUND/, say: "The host name is unknown.", reason: "unreachable" },
  { when: /EAI_AGAIN/, say: "The host name could not be looked up.", reason: "unreachable" },
  { when: /EHOSTUNREACH|ENETUNREACH/, say: "The host cannot be reached from here.", reason: "unreachable" },
  {
    when: /self[- ]signed|certificate|altname/i,
    say: "The server's certificate could not be verified by the given CA.",
    reason: "error",
  },
  {
    when: /does not support encryption|requires encryption|encryption/i,
    say: "Server and client do not agree about TLS: switch SSL on or off.",
    reason: "error",
  },
  {
    when: /ETIMEDOUT|ETIMEOUT|Failed to connect .* in \d+ms|timeout/i,
    say: "The server did not answer in time. Check host, port and firewall.",
    reason: "timeout",
  },
  {
    when: /ECONNRESET|socket hang up|Connection lost|ECONNCLOSED/,
    say: "The connection was cut by the server or by something between.",
    reason: "unreachable",
  },
];

/** Codes of the driver that tell of the connection and not of a statement. */
const CONNECTING = new Set(["ELOGIN", "ESOCKET", "ETIMEOUT", "ECONNCLOSED", "ENOTOPEN", "EINSTLOOKUP"]);

interface DriverError extends Error {
  readonly code?: string;
  readonly number?: number;
  readonly precedingErrors?: readonly (Error & { number?: number })[];
}

/** All that an error and what caused it say: the driver keeps the telling part of a failed connect inside. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner = error instanceof AggregateError ? error.errors : [];
  const { originalError } = error as { originalError?: unknown };
  return [error.message, ...[...inner, error.cause, originalError].map(wordsOf)].join(" ");
}

function connectionError(error: DriverError): AppError | null {
  const words = `${error.code} ${wordsOf(error)}`;
  const known =
    BY_NUMBER[error.number ?? 0] ??
    (CONNECTING.has(error.code ?? "") ? BY_TEXT.find(({ when }) => when.test(words)) : undefined) ??
    (error.code === "ELOGIN" ? BY_NUMBER[18456] : undefined);
  if (known === undefined) return null;
  return new AppError("CONNECTION_FAILED", known.say, { cause: error, details: { reason: known.reason } });
}

/**
 * Turns what the driver or the server said into an AppError; `fallback` is its code where the connection
 * itself was not the trouble. A failed BACKUP or RESTORE says why in the errors before the last one.
 */
export function explainSqlserver(error: unknown, fallback: ErrorCode = "CONNECTION_FAILED"): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) {
    return new AppError(fallback, "SQL Server failed without a reason.", { cause: error });
  }
  if (error.name === "AbortError") return new AppError("CANCELLED", "Cancelled.", { cause: error });
  if (error.name === "TimeoutError") {
    const details = { reason: "timeout" };
    return new AppError("CONNECTION_FAILED", "The server did not answer in time.", { cause: error, details });
  }
  const connection = connectionError(error);
  if (connection !== null) return connection;
  const all = [...((error as DriverError).precedingErrors ?? []), error as DriverError];
  const hints = [
    ...new Set(all.map(({ number }) => HINTS[number ?? 0]).filter((hint) => hint !== undefined)),
  ];
  const said = [...new Set(all.map(({ message }) => message))].slice(0, 3).join(" ");
  return new AppError(fallback, [said, ...hints].join(" "), { cause: error, details: { reason: "error" } });
}
