import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  EVENT_MARK,
  type SqliteEvent,
  type SqliteReply,
  type SqliteWork,
} from "#lib/engines/sqlite/protocol";
import { startTool, type ToolError } from "#lib/streams/process";

/** Run by Node as it is; named as a path so that no bundler takes it along. */
const CHILD = join(dirname(fileURLToPath(import.meta.url)), "child.ts");

/** What SQLite or the system said, with its code. */
export class SqliteError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "SqliteError";
    this.code = code;
  }
}

/**
 * Has a process of its own do the work and answers what it found. Rejects with SqliteError, ToolError or the
 * abort's reason; the process is gone by then.
 */
export async function askSqlite<Name extends keyof SqliteWork>(
  work: Name,
  request: SqliteWork[Name]["request"],
  signal: AbortSignal,
  onEvent: (event: SqliteEvent) => void = () => undefined,
): Promise<SqliteWork[Name]["answer"]> {
  const child = await startTool({
    file: process.execPath,
    args: [CHILD],
    env: {},
    signal,
    stdin: "pipe",
    stdout: "blocks",
    onLine: (line) => {
      if (line.startsWith(EVENT_MARK)) onEvent(JSON.parse(line.slice(EVENT_MARK.length)) as SqliteEvent);
    },
  });
  const parts: Buffer[] = [];
  const reading = (async () => {
    for await (const block of child.blocks) {
      parts.push(Buffer.from(block));
      child.release(block);
    }
  })();
  reading.catch(() => undefined);
  await child.feed(once(Buffer.from(JSON.stringify({ work, request }))));
  await child.finished;
  await reading;
  const reply = JSON.parse(Buffer.concat(parts).toString()) as SqliteReply;
  if (!reply.ok) throw new SqliteError(reply.code, reply.message);
  return reply.answer as SqliteWork[Name]["answer"];
}

/** The last words of a process that died, without its events. */
export const wordsOf = (error: ToolError) => error.stderr.filter((line) => !line.startsWith(EVENT_MARK));

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
