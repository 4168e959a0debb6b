/**
 * A process of its own for everything that opens a database file. SQLite is synchronous, and neither a
 * thread nor a timer can end a statement that does not come back: only the end of its process can.
 * The request comes as JSON on standard input, the reply goes to standard output.
 */
import { readFileSync, writeSync } from "node:fs";
import { copy } from "#lib/engines/sqlite/child-copy";
import { inspect } from "#lib/engines/sqlite/child-inspect";
import { lock } from "#lib/engines/sqlite/child-lock";
import { probe } from "#lib/engines/sqlite/child-open";
import { query } from "#lib/engines/sqlite/child-query";
import { schema } from "#lib/engines/sqlite/child-schema";
import type { SqliteReply, SqliteWork } from "#lib/engines/sqlite/protocol";

type Handlers = {
  [Name in keyof SqliteWork]: (
    request: SqliteWork[Name]["request"],
  ) => SqliteWork[Name]["answer"] | Promise<SqliteWork[Name]["answer"]>;
};

const HANDLERS: Handlers = { probe, copy, inspect, schema, query, lock };

/** Standard output may be a socket that is full for a moment. */
function write(text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(1, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

async function reply(): Promise<SqliteReply> {
  try {
    const { work, request } = JSON.parse(readFileSync(0, "utf8")) as { work: keyof Handlers; request: never };
    return { ok: true, answer: await HANDLERS[work](request) };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { ok: false, code: code ?? "", message: message ?? "unknown reason" };
  }
}

process.umask(0o077);
write(JSON.stringify(await reply()));
