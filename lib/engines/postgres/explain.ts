import { AppError, type ErrorCode } from "#lib/core/errors";
import { ToolError } from "#lib/streams/process";

type Reason = "timeout" | "auth_failed" | "unreachable" | "error";
type Known = { readonly when: RegExp; readonly say: string; readonly reason: Reason };

/** SQLSTATE (PostgreSQL manual, appendix A) or system code -> words. `connection` ones end a connect. */
const BY_CODE: Readonly<Record<string, { say: string; reason: Reason }>> = {
  "28P01": { say: "The user name or password is wrong.", reason: "auth_failed" },
  "3D000": { say: "The database does not exist on this server.", reason: "error" },
  "53300": { say: "The server has too many connections; none is free.", reason: "unreachable" },
  "57P03": { say: "The server is starting up or shutting down.", reason: "unreachable" },
  "57P01": {
    say: "The server ended the connection (it was stopped, or an administrator did).",
    reason: "unreachable",
  },
  "57P02": { say: "The server crashed and ended the connection.", reason: "unreachable" },
  ECONNREFUSED: {
    say: "The connection was refused: nothing listens on that host and port.",
    reason: "unreachable",
  },
  ENOTFOUND: { say: "The host name is unknown.", reason: "unreachable" },
  EAI_AGAIN: { say: "The host name could not be looked up.", reason: "unreachable" },
  ETIMEDOUT: { say: "The server did not answer in time. Check host, port and firewall.", reason: "timeout" },
  EHOSTUNREACH: { say: "The host cannot be reached from here.", reason: "unreachable" },
  ENETUNREACH: { say: "The network of the host cannot be reached from here.", reason: "unreachable" },
  ECONNRESET: { say: "The connection was cut by the server or by something between.", reason: "unreachable" },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    say: "The server's certificate is self-signed and not the given one.",
    reason: "error",
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    say: "The server's certificate chain is not signed by the given CA.",
    reason: "error",
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    say: "The server's certificate is not signed by the given CA.",
    reason: "error",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    say: "The server's certificate is for another host name.",
    reason: "error",
  },
  CERT_HAS_EXPIRED: { say: "The server's certificate has expired.", reason: "error" },
};

/** Texts of libpq, of the server and of the driver where there is no code. First match wins. */
const BY_TEXT: readonly Known[] = [
  {
    when: /no pg_hba\.conf entry.*no encryption/,
    say: "The server accepts only TLS here: switch SSL on.",
    reason: "error",
  },
  {
    when: /no pg_hba\.conf entry/,
    say: "The server does not allow this user, database and address (pg_hba.conf).",
    reason: "auth_failed",
  },
  {
    when: /password authentication failed|SASL|no password supplied|client password must be/,
    say: "The user name or password is wrong.",
    reason: "auth_failed",
  },
  { when: /role ".*" does not exist/, say: "The user does not exist on this server.", reason: "auth_failed" },
  { when: /role ".*" is not permitted to log in/, say: "The user may not log in.", reason: "auth_failed" },
  {
    when: /database ".*" does not exist/,
    say: "The database does not exist on this server.",
    reason: "error",
  },
  { when: /does not support SSL/, say: "The server does not support TLS: switch SSL off.", reason: "error" },
  {
    when: /certificate verify failed|does not match host name/,
    say: "The server's certificate could not be verified.",
    reason: "error",
  },
  {
    when: /timeout expired|connection timeout|timed out/i,
    say: "The server did not answer in time. Check host, port and firewall.",
    reason: "timeout",
  },
  {
    when: /Connection refused/,
    say: "The connection was refused: nothing listens on that host and port.",
    reason: "unreachable",
  },
  { when: /could not translate host name/, say: "The host name is unknown.", reason: "unreachable" },
  {
    when: /too many (connections|clients)|remaining connection slots/,
    say: "The server has too many connections; none is free.",
    reason: "unreachable",
  },
  {
    when: /Connection terminated|not queryable|server closed the connection/,
    say: "The server ended the connection.",
    reason: "unreachable",
  },
];

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

function connectionError(error: Error): AppError | null {
  const text = error instanceof ToolError ? error.stderr.join("\n") : error.message;
  if (error instanceof ToolError && !/connection to server|could not connect/.test(text)) return null;
  const known = BY_TEXT.find((candidate) => candidate.when.test(text)) ?? BY_CODE[codeOf(error)];
  if (known === undefined) return null;
  return new AppError("CONNECTION_FAILED", known.say, { cause: error, details: { reason: known.reason } });
}

/** What a tool said of why it ended. */
export const wordsOfTool = (error: ToolError): string =>
  error.because(/error|fatal|failed|denied|could not/i);

/**
 * Turns what a client, the server or the system said into an AppError; `fallback` is its code where the
 * connection itself was not the trouble. Passwords never stand in these texts: tools get theirs by file, and
 * their lines come here with secrets removed.
 */
export function explainPostgres(error: unknown, fallback: ErrorCode = "CONNECTION_FAILED"): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error))
    return new AppError(fallback, "PostgreSQL failed without a reason.", { cause: error });
  if (error.name === "AbortError") return new AppError("CANCELLED", "Cancelled.", { cause: error });
  if (error.name === "TimeoutError") {
    const details = { reason: "timeout" };
    return new AppError("CONNECTION_FAILED", "The server did not answer in time.", { cause: error, details });
  }
  const connection = connectionError(error);
  if (connection !== null) return connection;
  if (error instanceof ToolError) {
    return new AppError(fallback, wordsOfTool(error), { cause: error });
  }
  const hint = codeOf(error) === "42501" ? " The user lacks a right." : "";
  return new AppError(fallback, `${error.message}.${hint}`, { cause: error, details: { reason: "error" } });
}
