import type { Db } from "#lib/db/client";
import type { LogLevel } from "#lib/engines/types";
import { appendLogs, type NewLogLine } from "#lib/features/executions/append-logs";
import { log as processLog } from "#lib/log";

const FLUSH_MS = 300;
const MAX_MESSAGE = 2000;
const MAX_BUFFERED = 2000;
const MAX_FULL_BYTES = 1024 * 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * The log of one running execution: lines are cleaned, freed of the given secrets and appended in batches.
 * While the database is away they wait, the oldest go first when too many wait.
 */
export class ExecutionLog {
  readonly #db: Db;
  readonly #executionId: string;
  readonly #secrets: string[];
  #pending: NewLogLine[] = [];
  #written = 0;
  #dropped = 0;
  #full: string[] = [];
  #fullBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(db: Db, executionId: string, secrets: string[]) {
    this.#db = db;
    this.#executionId = executionId;
    this.#secrets = secrets.filter((secret) => secret.length >= 4);
  }

  readonly add = (level: LogLevel, message: string): void => {
    const line = { ts: new Date(), level, message: this.clean(message) };
    this.#pending.push(line);
    if (this.#pending.length > MAX_BUFFERED) {
      this.#dropped += this.#pending.length - MAX_BUFFERED;
      this.#pending = this.#pending.slice(-MAX_BUFFERED);
    }
    if (this.#fullBytes < MAX_FULL_BYTES) {
      const text = `${line.ts.toISOString()} ${level.padEnd(5)} ${line.message}`;
      this.#full.push(text);
      this.#fullBytes += Buffer.byteLength(text) + 1;
    }
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  };

  /** Without secrets, terminal escapes and control characters, and of a bearable length. */
  clean(text: string): string {
    let clean = text
      .slice(0, MAX_MESSAGE * 2)
      .replace(ANSI, "")
      .replace(CONTROL, " ");
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, "**********");
    clean = clean.toWellFormed();
    return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
  }

  /** Writes what waits. Failing to write a log never fails the work it speaks of. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  /** The whole log as text, for the file beside the artifact; cut after 1 MiB. */
  text(): string {
    const cut = this.#fullBytes >= MAX_FULL_BYTES ? ["… the rest was cut"] : [];
    return `${[...this.#full, ...cut].join("\n")}\n`;
  }

  async #write(): Promise<void> {
    const lines = this.#pending;
    if (lines.length === 0) return;
    this.#pending = [];
    if (this.#dropped > 0) {
      lines.unshift({ ts: new Date(), level: "warn", message: `${this.#dropped} lines were dropped` });
      this.#dropped = 0;
    }
    try {
      await appendLogs(this.#db, this.#executionId, lines, this.#written);
      this.#written += lines.length;
    } catch (error) {
      this.#pending = [...lines, ...this.#pending].slice(-MAX_BUFFERED);
      processLog.debug({ component: "execution-log", err: error }, "log lines wait for the database");
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 10);
    }
  }
}
