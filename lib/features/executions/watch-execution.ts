import { EventEmitter } from "node:events";
import { database } from "#lib/db/client";
import { type Listener, listen } from "#lib/db/listen";
import type { Context } from "#lib/features/context";
import { EXECUTION_CHANNEL } from "#lib/features/executions/notify-execution";
import { findExecution, getExecutionLogs } from "#lib/features/executions/queries";
import {
  type ExecutionStatus,
  executionLogsInput,
  type LogLine,
  type Progress,
} from "#lib/features/executions/schema";
import { assertAccess, parse } from "#lib/features/use-case";

export type ExecutionEvent =
  | { type: "log"; lines: LogLine[] }
  | { type: "state"; state: ExecutionState }
  | { type: "idle" };

export interface ExecutionState {
  readonly status: ExecutionStatus;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly progress: Progress | null;
  readonly errorMessage: string | null;
  readonly cancelRequestedAt: Date | null;
  /** Set once the worker has found the several databases of the run. */
  readonly groupId: string | null;
}

/** Sent where nothing happens, so that proxies and browsers keep the connection. */
const IDLE_MS = 15_000;
const ENDED: readonly string[] = ["completed", "failed", "cancelled"];

const holder = globalThis as typeof globalThis & {
  dataguardianWatch?: { emitter: EventEmitter; listener: Listener };
};

/** One LISTEN connection for all who watch, however many. */
function notifications(): EventEmitter {
  if (!holder.dataguardianWatch) {
    const emitter = new EventEmitter().setMaxListeners(0);
    const listener = listen(database().url, { [EXECUTION_CHANNEL]: (id) => emitter.emit(id) }, () =>
      emitter.emit("listening"),
    );
    holder.dataguardianWatch = { emitter, listener };
  }
  return holder.dataguardianWatch.emitter;
}

/**
 * What happens to one execution, live: first all that is known after the log line `after`, then whatever
 * comes, until the execution ends or `signal` aborts. Driven by NOTIFY; nothing is polled.
 */
export async function* watchExecution(
  ctx: Context,
  input: { id: string; after?: string | undefined; signal: AbortSignal },
): AsyncGenerator<ExecutionEvent> {
  assertAccess(ctx, "executions.read");
  parse(executionLogsInput, { id: input.id, ...(input.after ? { after: input.after } : {}) });
  await findExecution(ctx.db, ctx, input.id);
  let after = input.after;
  const wake = waker(input.id, input.signal);
  try {
    while (!input.signal.aborted) {
      const row = await findExecution(ctx.db, ctx, input.id);
      const { logs } = await getExecutionLogs.execute({ id: input.id, ...(after ? { after } : {}) }, ctx);
      after = logs.at(-1)?.id ?? after;
      if (logs.length > 0) yield { type: "log", lines: logs };
      yield {
        type: "state",
        state: {
          status: row.status,
          startedAt: row.startedAt,
          finishedAt: row.finishedAt,
          progress: row.progress as Progress | null,
          errorMessage: row.errorMessage,
          cancelRequestedAt: row.cancelRequestedAt,
          groupId: row.groupId,
        },
      };
      if (ENDED.includes(row.status)) return;
      while ((await wake.next()) === "idle") yield { type: "idle" };
    }
  } finally {
    wake.close();
  }
}

/** Remembers a notification that comes while nobody waits, so that none is missed and many become one. */
function waker(id: string, signal: AbortSignal) {
  const emitter = notifications();
  let rung = false;
  let resolve: ((reason: "rung" | "idle") => void) | undefined;
  const ring = (): void => {
    rung = true;
    resolve?.("rung");
  };
  for (const name of [id, "listening"]) emitter.on(name, ring);
  signal.addEventListener("abort", ring);
  return {
    next: async (): Promise<"rung" | "idle"> => {
      let timer: NodeJS.Timeout | undefined;
      const reason = rung
        ? ("rung" as const)
        : await new Promise<"rung" | "idle">((done) => {
            resolve = done;
            timer = setTimeout(() => done("idle"), IDLE_MS);
          });
      clearTimeout(timer);
      resolve = undefined;
      if (reason === "rung") rung = false;
      return reason;
    },
    close: () => {
      for (const name of [id, "listening"]) emitter.off(name, ring);
      signal.removeEventListener("abort", ring);
    },
  };
}
