import { AppError, type ErrorCode } from "#lib/core/errors";
import { ADVICE, CONNECTION_ERRORS, type ConnectionWords } from "#lib/engines/family-mysql/error-words";
import { ToolError } from "#lib/streams/process";

/** What the driver hands out: the server's number, or the system's code. */
function codesOf(error: Error): string[] {
  const { errno, code } = error as { errno?: unknown; code?: unknown };
  return [errno, code].filter((part) => part !== undefined).map(String);
}

/** The server's or the client library's number in a line such as `ERROR 1064 (42000) at line 3: …` or `… (1449)`. */
export function errorNumber(line: string): string | null {
  const match = /\b(?:ERROR|Error|error):? (\d{4,5})\b/.exec(line) ?? /\((\d{4})\)(?: when |$)/.exec(line);
  return match?.[1] ?? null;
}

/** Errors of a tool that come from connecting, not from what it did afterwards. */
const CONNECTING = /when trying to connect|^ERROR (?:1045|1049|1130|1040|20\d\d)\b(?!.*at line)/;

function connectionWords(error: Error): ConnectionWords | null {
  if (error instanceof ToolError) {
    const line = error.stderr.find((text) => CONNECTING.test(text));
    return line === undefined ? null : wordsFor([errorNumber(line) ?? ""], line);
  }
  return wordsFor(codesOf(error), error.message);
}

const wordsFor = (codes: readonly string[], text: string) =>
  CONNECTION_ERRORS.find(
    (known) => codes.some((code) => known.codes.includes(code)) || known.when?.test(text),
  ) ?? null;

/** What to do about it, where there is something. */
function adviceFor(error: Error, task: ErrorCode): string {
  const texts = error instanceof ToolError ? error.stderr : [error.message];
  const codes = error instanceof ToolError ? texts.map((line) => errorNumber(line) ?? "") : codesOf(error);
  const known = ADVICE.find(
    (advice) =>
      (advice.task === undefined || advice.task === task) &&
      (advice.codes.some((code) => codes.includes(code)) || texts.some((text) => advice.when?.test(text))),
  );
  return known === undefined ? "" : ` ${known.say}`;
}

/**
 * Turns what a client, the server or the system said into an AppError; `fallback` is its code where the
 * connection itself was not the trouble. Passwords never stand in these texts: tools get theirs by file, and
 * their lines come here with secrets removed.
 */
export function explainMysql(error: unknown, fallback: ErrorCode = "CONNECTION_FAILED"): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error))
    return new AppError(fallback, "The server failed without a reason.", { cause: error });
  if (error.name === "AbortError") return new AppError("CANCELLED", "Cancelled.", { cause: error });
  if (error.name === "TimeoutError") {
    const details = { reason: "timeout" };
    return new AppError("CONNECTION_FAILED", "The server did not answer in time.", { cause: error, details });
  }
  const connection = connectionWords(error);
  if (connection !== null) {
    const details = { reason: connection.reason };
    return new AppError("CONNECTION_FAILED", connection.say, { cause: error, details });
  }
  const said =
    error instanceof ToolError
      ? error.because(/error|denied|couldn't|failed|privilege/i)
      : `${error.message.replace(/\.$/, "")}.`;
  return new AppError(fallback, `${said}${adviceFor(error, fallback)}`, {
    cause: error,
    details: { reason: "error" },
  });
}
