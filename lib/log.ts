import pino, { type DestinationStream, type Logger } from "pino";
import { env } from "#lib/env";

const MASK = "**********";
const SECRET_NAME =
  /pass(word|phrase|wd)?$|secret|token|authorization|cookie|credential|(api|access|private|secret|application)_?-?key|_key$|^key$|session_?id/i;
const CREDENTIALS_IN_URL = /(:\/\/[^:/?#\s"@]*:)[^/\s"]+@/g;
const DEEPEST = 6;
const COLOR: Record<string, string> = { warn: "\u001b[33m", error: "\u001b[31m", fatal: "\u001b[31m" };

/** A copy of `value` in which the value of every secret-looking key is masked, at any depth. */
export function redact(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== "object" || value instanceof Date || Buffer.isBuffer(value))
    return value;
  if (depth > DEEPEST) return "…";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return plainError(value, depth);
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    SECRET_NAME.test(name) && inner !== null && inner !== undefined ? MASK : redact(inner, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** What tells what went wrong; libraries hang whole connections onto their errors, which nobody reads. */
function plainError(error: Error, depth: number): Record<string, unknown> {
  const { code, cause, details } = error as { code?: unknown; cause?: unknown; details?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(details === undefined ? {} : { details: redact(details, depth + 1) }),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}

/** A logger that writes one JSON object per line to `destination`, with secrets masked. */
export function createLogger(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      // The formatter has already turned errors into plain, masked objects.
      serializers: { err: (value) => value },
      hooks: { streamWrite: (line) => line.replace(CREDENTIALS_IN_URL, `$1${MASK}@`) },
    },
    destination,
  );
}

/** The logger of this process. Parts of the system take a child: `log.child({ component: "worker" })`. */
export const log: Logger = createLogger(
  env().LOG_LEVEL,
  process.stdout.isTTY ? terminal() : pino.destination({ fd: 1, sync: true }),
);

/** Writes for a person who watches: time, level, part, message, and the rest as name=value. */
function terminal(): DestinationStream {
  return { write: (line) => void process.stdout.write(prettyLine(line)) };
}

/** One JSON log line as a line for a terminal. A stack follows on lines of its own. */
export function prettyLine(line: string): string {
  const { level, time, component, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const error = err as { message?: string; stack?: string } | undefined;
  const extra = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const color = COLOR[String(level)] ?? "\u001b[2m";
  const words = [msg, error && !error.stack ? error.message : undefined, ...extra]
    .filter(Boolean)
    .map(plain)
    .join("  ");
  const stack = error?.stack ? `\n${plain(error.stack)}` : "";
  return `${color}${String(time).slice(11, 19)} ${String(level).padEnd(5)}\u001b[0m ${plain(component)}  ${words}${stack}\n`;
}

/** Names and messages come from outside: a terminal must not obey what they contain. */
function plain(value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return String(value).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "�");
}
