import { StorageError } from "#lib/storage/types";

const LIMIT_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Waits out the outages of one transfer: transient failures for five minutes without progress, then it fails
 * with the first of them. Retry of whole calls lives in a decorator; half a transfer can only be saved here.
 */
export class Patience {
  readonly #signal: AbortSignal;
  #first: StorageError | null = null;
  #since = 0;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Something got through: the count starts anew. */
  progress(): void {
    this.#first = null;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** Waits before the next try; rejects with `error` where it is not transient, or the abort's reason. */
  async after(error: unknown): Promise<void> {
    this.#signal.throwIfAborted();
    if (!(error instanceof StorageError) || error.fault !== "transient") throw error;
    if (this.#first === null) {
      this.#first = error;
      this.#since = performance.now();
    }
    if (performance.now() - this.#since + this.#pauseMs > LIMIT_MS) {
      const message = `${this.#first.message} It was tried again for ${LIMIT_MS / 60_000} minutes.`;
      throw new StorageError("transient", message, { cause: this.#first });
    }
    const pause = this.#pauseMs * (0.5 + Math.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    await pauseFor(pause, this.#signal);
  }

  /** Repeats what is safe to repeat; `work` is told whether it may have taken effect before. */
  async whole<T>(work: (again: boolean) => Promise<T>): Promise<T> {
    for (let again = false; ; again = true) {
      try {
        const result = await work(again);
        this.progress();
        return result;
      } catch (error) {
        await this.after(error);
      }
    }
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
