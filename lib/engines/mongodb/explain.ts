import { AppError, type ErrorCode } from "#lib/core/errors";
import { wordsOfTool } from "#lib/engines/mongodb/tool-words";
import { FormatError } from "#lib/streams/byte-reader";
import { ToolError } from "#lib/streams/process";

type Reason = "timeout" | "auth_failed" | "unreachable" | "error";
type Known = { readonly when: RegExp; readonly say: string; readonly reason: Reason };

const WRONG = "The user name or password is wrong, or the user belongs to another authentication database.";

/** Codes of the server (MongoDB manual, error codes) that tell why a login or a command was refused. */
const BY_CODE: Readonly<Record<number, { say: string; reason: Reason }>> = {
  18: { say: WRONG, reason: "auth_failed" },
  11: { say: WRONG, reason: "auth_failed" },
  8000: { say: WRONG, reason: "auth_failed" },
  13: { say: "The user is not authorized to do this on the database.", reason: "auth_failed" },
  50: { say: "The server took longer than it may.", reason: "timeout" },
  91: { say: "The server is shutting down.", reason: "unreachable" },
  11600: { say: "The server is shutting down.", reason: "unreachable" },
  10107: {
    say: "This member of the replica set is not its primary: enter the set's name and all its members.",
    reason: "error",
  },
};

/** Texts of the driver, of the tools and of what lies between. First match wins. */
const BY_TEXT: readonly Known[] = [
  {
    when: /Authentication ?failed|AuthenticationFailed|auth error|unable to authenticate/i,
    say: WRONG,
    reason: "auth_failed",
  },
  {
    when: /requires authentication|not authorized|Unauthorized/i,
    say: "The user is not authorized to do this on the database.",
    reason: "auth_failed",
  },
  {
    when: /ECONNREFUSED|connection refused/i,
    say: "The connection was refused: nothing listens on that host and port.",
    reason: "unreachable",
  },
  {
    when: /queryTxt|querySrv|lookup .* on .*: no such host|error parsing uri: lookup/i,
    say: "The DNS seed list of that host cannot be read: check the name, or switch seed lists off.",
    reason: "unreachable",
  },
  { when: /ENOTFOUND|no such host/i, say: "The host name is unknown.", reason: "unreachable" },
  { when: /EAI_AGAIN/, say: "The host name could not be looked up.", reason: "unreachable" },
  {
    when: /EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i,
    say: "The host cannot be reached from here.",
    reason: "unreachable",
  },
  {
    when: /self[- ]signed|unable to (verify|get)|unknown authority|certificate/i,
    say: "The server's certificate could not be verified: give the CA that signed it.",
    reason: "error",
  },
  {
    when: /wrong version number|first record does not look like a TLS handshake|packet length too long/i,
    say: "The server does not speak TLS here: switch SSL off.",
    reason: "error",
  },
  {
    when: /ReplicaSetNoPrimary|set name|does not match the replica set/i,
    say: "No primary of that replica set was found: check the set's name and its members' addresses.",
    reason: "unreachable",
  },
  {
    when: /ETIMEDOUT|timed out|timeout/i,
    say: "The server did not answer in time. Check host, port and firewall.",
    reason: "timeout",
  },
  {
    when: /ECONNRESET|socket hang up|connection .* closed|EOF$/i,
    say: "The connection was cut by the server or by something between. It may speak only TLS: then switch SSL on.",
    reason: "unreachable",
  },
];

/** Which of a driver's errors tell of the connection, by their names. */
const CONNECTING = /^Mongo(Network|ServerSelection|TopologyClosed|NetworkTimeout|NotConnected)/;
const TOOL_CONNECTING = /can't create session|could not connect|failed to connect|server selection error/;

function codeOf(error: Error): number {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : 0;
}

/** All that an error says, with what caused it: selection errors keep the telling part inside. */
function wordsOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : null;
  const reason = (error as { reason?: { type?: string } }).reason?.type ?? "";
  return [error.message, reason, cause?.message, (cause?.cause as Error | undefined)?.message].join(" ");
}

function connectionError(error: Error): AppError | null {
  const tool = error instanceof ToolError;
  const text = tool ? error.stderr.join("\n") : wordsOf(error);
  if (tool && !TOOL_CONNECTING.test(text)) return null;
  const byText = BY_TEXT.find((candidate) => candidate.when.test(text));
  const asText = tool || CONNECTING.test(error.name) || !error.name.startsWith("Mongo");
  const known = BY_CODE[codeOf(error)] ?? (asText ? byText : undefined);
  if (known === undefined) return null;
  return new AppError("CONNECTION_FAILED", known.say, { cause: error, details: { reason: known.reason } });
}

/**
 * Turns what the driver, a tool or the server said into an AppError; `fallback` is its code where the
 * connection itself was not the trouble. Passwords never stand in these texts.
 */
export function explainMongodb(error: unknown, fallback: ErrorCode = "CONNECTION_FAILED"): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error))
    return new AppError(fallback, "MongoDB failed without a reason.", { cause: error });
  if (error.name === "AbortError") return new AppError("CANCELLED", "Cancelled.", { cause: error });
  if (error.name === "TimeoutError") {
    const details = { reason: "timeout" };
    return new AppError("CONNECTION_FAILED", "The server did not answer in time.", { cause: error, details });
  }
  if (error instanceof FormatError) return new AppError(fallback, error.message, { cause: error });
  const connection = connectionError(error);
  if (connection !== null) return connection;
  if (error instanceof ToolError) {
    return new AppError(fallback, wordsOfTool(error), { cause: error });
  }
  return new AppError(fallback, error.message, { cause: error, details: { reason: "error" } });
}
