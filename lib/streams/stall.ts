import { AppError } from "#lib/core/errors";

export interface StallOptions {
  /** Total bytes that the source has given so far. */
  readonly received: () => number;
  readonly stallMs: number;
  /** Called once when the source stalls; it must make the source end. */
  readonly onStall: (error: AppError) => void;
}

/**
 * Watches a source while its consumer waits for it: no new byte for `stallMs` means stalled. Time that the
 * consumer takes (a slow storage) does not count, and bytes that do not fill a block yet do.
 */
export async function* watchStall<T>(source: AsyncIterable<T>, options: StallOptions): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await nextWithin(iterator, options);
      if (result.done) return;
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function nextWithin<T>(iterator: AsyncIterator<T>, options: StallOptions): Promise<IteratorResult<T>> {
  let seen = options.received();
  let since = performance.now();
  const timer = setInterval(
    () => {
      const now = options.received();
      if (now !== seen) {
        seen = now;
        since = performance.now();
      } else if (performance.now() - since >= options.stallMs) {
        clearInterval(timer);
        options.onStall(stalled(options.stallMs));
      }
    },
    Math.max(5, Math.min(1000, options.stallMs / 5)),
  );
  try {
    return await iterator.next();
  } finally {
    clearInterval(timer);
  }
}

function stalled(stallMs: number): AppError {
  const seconds = Math.round(stallMs / 1000);
  return new AppError("STALLED", `Stalled: the source sent no data for ${seconds} seconds, so it was ended.`);
}
