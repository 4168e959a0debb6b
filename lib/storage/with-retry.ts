import { type StorageAdapter, StorageError } from "#lib/storage/types";

export interface RetryPolicy {
  /** Attempts in all. */
  readonly attempts: number;
  /** First pause in ms; each further one doubles, up to `maxPauseMs`, and is cut by up to half at random. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** Waits; rejects with the abort's reason. Exchangeable for tests. */
  readonly wait: (ms: number, signal: AbortSignal | null) => Promise<void>;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 8, pauseMs: 500, maxPauseMs: 30_000, wait };

/** Where a person waits for the answer. */
export const QUICK_RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 2, pauseMs: 250 };

/** A pause that an abort cuts short. */
function wait(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

const isTransient = (error: unknown) => error instanceof StorageError && error.fault === "transient";

/**
 * The one retry policy for storages: transient failures only. A `put` is tried again only while none of its
 * bytes were taken (they cannot be given twice); a `get` goes on where it broke off.
 */
export function withRetry(adapter: StorageAdapter, policy: RetryPolicy = DEFAULT_RETRY): StorageAdapter {
  const retry = <T>(signal: AbortSignal | null, work: () => Promise<T>) =>
    attempt(policy, signal, work, () => true);
  const { sweep } = adapter;
  return {
    type: adapter.type,
    put: (path, bytes, options) => {
      let taken = false;
      const watched = async function* () {
        for await (const chunk of bytes) {
          taken = true;
          yield chunk;
        }
      };
      return attempt(
        policy,
        options.signal,
        () => adapter.put(path, watched(), options),
        () => !taken,
      );
    },
    get: async (path, options) => {
      const first = await retry(options.signal, () => adapter.get(path, options));
      return resuming(adapter, policy, path, options, first);
    },
    stat: (path) => retry(null, () => adapter.stat(path)),
    list: (path, options) => retry(null, () => adapter.list(path, options)),
    remove: (path) => retry(null, () => adapter.remove(path)),
    copy: (from, to, options) => retry(options.signal, () => adapter.copy(from, to, options)),
    probe: (options) => adapter.probe(options),
    ...(sweep ? { sweep: (olderThanMs: number) => retry(null, () => sweep.call(adapter, olderThanMs)) } : {}),
    close: () => adapter.close(),
  };
}

async function attempt<T>(
  policy: RetryPolicy,
  signal: AbortSignal | null,
  work: () => Promise<T>,
  mayRepeat: () => boolean,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || number >= policy.attempts || !mayRepeat()) throw error;
      await policy.wait(pauseAfter(policy, number), signal);
    }
  }
}

function pauseAfter(policy: RetryPolicy, number: number): number {
  const full = Math.min(policy.maxPauseMs, policy.pauseMs * 2 ** (number - 1));
  return full * (0.5 + Math.random() / 2);
}

async function* resuming(
  adapter: StorageAdapter,
  policy: RetryPolicy,
  path: string,
  options: { signal: AbortSignal; start?: number; end?: number },
  first: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let position = options.start ?? 0;
  let source = first;
  for (let failures = 1; ; ) {
    try {
      for await (const chunk of source) {
        position += chunk.byteLength;
        failures = 1;
        yield chunk;
      }
      return;
    } catch (error) {
      if (!isTransient(error) || failures >= policy.attempts) throw error;
      await policy.wait(pauseAfter(policy, failures), options.signal);
      failures += 1;
      const start = position;
      source = await attempt(
        policy,
        options.signal,
        () => adapter.get(path, { ...options, start }),
        () => true,
      );
    }
  }
}
