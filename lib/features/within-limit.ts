import { untilAbort } from "#lib/streams/until-abort";

/** The work did not end within its time. */
export class LimitError extends Error {
  constructor(options?: { cause: unknown }) {
    super("The time limit has passed.", options);
    this.name = "LimitError";
  }
}

/** Work that was left behind and has not ended yet, by key. */
const leftBehind = new Set<string>();

interface Limit {
  readonly limitMs: number;
  /** Names what is worked on, so that it is never begun again on top of itself. */
  readonly key?: string | undefined;
  /** Ends the work before its time; the call then rejects with the abort's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` for at most `limitMs`, then rejects with LimitError, also where the work ignores its signal: a
 * dead network mount holds a thread until it comes back. Such work is left behind, and until it has ended no
 * second one of the same key begins, or the threads of the process would be used up one by one.
 */
export async function withinLimit<T>(
  { limitMs, key, signal: outer }: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (key !== undefined && leftBehind.has(key)) throw new LimitError();
  const limit = AbortSignal.timeout(limitMs);
  const signal = outer ? AbortSignal.any([outer, limit]) : limit;
  const running = work(signal);
  try {
    return await untilAbort(running, signal);
  } catch (error) {
    if (signal.aborted && key !== undefined) {
      leftBehind.add(key);
      void running.catch(() => undefined).finally(() => leftBehind.delete(key));
    }
    outer?.throwIfAborted();
    throw limit.aborted ? new LimitError({ cause: error }) : error;
  }
}
