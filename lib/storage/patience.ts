import { StorageError } from "#lib/storage/types";
import { DEFAULT_RETRY } from "#lib/storage/with-retry";

/** How long a transfer that has begun holds out: its bytes cannot be asked for twice. */
export interface PatiencePolicy {
  /** Without any progress for so long (ms), it gives up. */
  readonly giveUpMs: number;
  /** First pause in ms; each further one doubles, up to `maxPauseMs`, and is cut by up to half at random. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** Waits; rejects with the abort's reason. Exchangeable for tests. */
  readonly wait: (ms: number, signal: AbortSignal | null) => Promise<void>;
}

export const TRANSFER_PATIENCE: PatiencePolicy = {
  giveUpMs: 300_000,
  pauseMs: 250,
  maxPauseMs: 10_000,
  wait: DEFAULT_RETRY.wait,
};

/** For what only tidies up: the sweeper comes later anyway. */
export const SHORT_PATIENCE: PatiencePolicy = { ...TRANSFER_PATIENCE, giveUpMs: 15_000 };

/**
 * Tries the requests of one transfer again while their failures are transient. Progress of any of them gives
 * all of them new time. What gives up rejects with the first failure since the last progress, as permanent:
 * trying once more is then nobody's business but a person's. Retry of whole calls lives in a decorator.
 */
export class Patience {
  readonly #policy: PatiencePolicy;
  readonly #signal: AbortSignal | null;
  #first: { readonly error: StorageError; readonly at: number } | null = null;

  constructor(policy: PatiencePolicy, signal: AbortSignal | null) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** Repeats what is safe to repeat; `work` hears which attempt it is, from 1. */
  async attempt<T>(work: (number: number) => Promise<T>): Promise<T> {
    for (let number = 1; ; number += 1) {
      try {
        const result = await work(number);
        this.progress();
        return result;
      } catch (error) {
        await this.after(error, number);
      }
    }
  }

  /** Something got through: the time starts anew. */
  progress(): void {
    this.#first = null;
  }

  /**
   * Waits as long as befits the last of so many failures in a row. Rejects with `error` where it is not
   * transient, with the abort's reason, and where no other try may follow.
   */
  async after(error: unknown, failures: number): Promise<void> {
    this.#signal?.throwIfAborted();
    if (!(error instanceof StorageError) || error.fault !== "transient") throw error;
    const now = performance.now();
    this.#first ??= { error, at: now };
    const { giveUpMs, pauseMs, maxPauseMs, wait } = this.#policy;
    if (now - this.#first.at >= giveUpMs) {
      const { error: first } = this.#first;
      const seconds = Math.round(giveUpMs / 1000);
      const message = `${first.message} Given up after ${seconds} seconds without progress.`;
      throw new StorageError("permanent", message, { cause: first });
    }
    const full = Math.min(maxPauseMs, pauseMs * 2 ** (failures - 1));
    await wait(full * (0.5 + Math.random() / 2), this.#signal);
  }
}
