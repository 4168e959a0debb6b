import { AppError, type ErrorCode } from "#lib/core/errors";
import { ToolError } from "#lib/streams/process";

const MAX_LINES = 5;
const MAX_CHARACTERS = 2000;

/** What its parser complains of, with a piece of the parameter, which may be one of the password. */
const NOT_UNDERSTOOD = /command[- ]line (argument|option)|argument file|required argument/i;
const NOT_UNDERSTOOD_WORDS = "sqlpackage did not understand its parameters.";

/** Lines with which it tells how far it is. */
const PROGRESS =
  /^(Connecting|Extracting|Resolving|Validating|Processing|Exporting|Importing|Creating|Initializing|Verifying|Analyzing|Updating|Disabling|Enabling|Time elapsed|Successfully)\b/;

interface Hint {
  readonly when: RegExp;
  readonly hint: string;
  /** Of a connection, as everywhere in datasources. */
  readonly reason?: "auth_failed" | "unreachable" | "error";
}

const HINTS: readonly Hint[] = [
  {
    when: /unsupported elements|not supported in Microsoft Azure SQL|unresolved reference/i,
    hint: "A .bacpac can only hold what Azure SQL Database knows and what the database itself defines: change that, or use the native method.",
  },
  { when: /Cannot open database/i, hint: "The login may not open that database.", reason: "error" },
  { when: /Login failed for user/i, hint: "The user name or password is wrong.", reason: "auth_failed" },
  {
    when: /certificate (chain|was|is)\b|remote certificate/i,
    hint: "Check SSL and the CA of the datasource.",
    reason: "error",
  },
  {
    when: /Unable to connect to|network-related|Could not connect/i,
    hint: "Check host, port and firewall.",
    reason: "unreachable",
  },
  {
    when: /not enough space|No space left/i,
    hint: "sqlpackage needs room in the worker's temp directory for all rows and for the file.",
  },
];

/** A line as it may be shown. */
export const shownLine = (line: string) => (NOT_UNDERSTOOD.test(line) ? NOT_UNDERSTOOD_WORDS : line);

export const isProgress = (line: string) => PROGRESS.test(line);

/** Its last words: from its own mark of an error on, else what it said last. */
function saidIn(lines: readonly string[]): string {
  const telling = lines.map(shownLine).filter((line) => !isProgress(line));
  const at = telling.findIndex((line) => /^\*\*\* /.test(line));
  const said = at === -1 ? telling.slice(-MAX_LINES) : telling.slice(at, at + MAX_LINES);
  const text = said.map((line) => line.replace(/^\*\*\* /, "")).join(" ");
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)} …` : text;
}

/**
 * What sqlpackage said when it ended badly, with what to do about it. `lines` are all that it wrote, errors
 * first; `fallback` is the code where the connection was not the trouble.
 */
export function explainSqlpackage(error: unknown, lines: readonly string[], fallback: ErrorCode): unknown {
  if (!(error instanceof ToolError)) return error;
  const said = saidIn(lines);
  const known = HINTS.find(({ when }) => when.test(said));
  const parts = [`${error.message}${said === "" ? "." : `: ${said}`}`, ...(known ? [known.hint] : [])];
  // Without the tool's own lines as its cause: some may hold what is not shown.
  if (known?.reason === undefined) return new AppError(fallback, parts.join(" "));
  return new AppError("CONNECTION_FAILED", parts.join(" "), { details: { reason: known.reason } });
}
