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
 * trying once more is then nobody's business but a person's.
 */
export class Patience {
  readonly #policy: PatiencePolicy;
  readonly #signal: AbortSignal | null;
  #progressAt = performance.now();
  #first: StorageError | null = null;

  constructor(policy: PatiencePolicy, signal: AbortSignal | null) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** `work` hears which attempt it is, from 1. */
  async attempt<T>(work: (number: number) => Promise<T>): Promise<T> {
    const began = performance.now();
    for (let number = 1; ; number += 1) {
      try {
        const result = await work(number);
        this.progress();
        return result;
      } catch (error) {
        await this.pauseAfter(error, number, began);
      }
    }
  }

  progress(): void {
    this.#progressAt = performance.now();
    this.#first = null;
  }

  /** Waits as long as befits the failed attempt `number`, or rejects where no other may follow. */
  async pauseAfter(error: unknown, number: number, began: number): Promise<void> {
    this.#signal?.throwIfAborted();
    if (!(error instanceof StorageError) || error.fault !== "transient") throw error;
    this.#first ??= error;
    const { giveUpMs, pauseMs, maxPauseMs, wait } = this.#policy;
    const waited = performance.now() - Math.max(began, this.#progressAt);
    if (waited >= giveUpMs) {
      const seconds = Math.round(giveUpMs / 1000);
      const message = `${this.#first.message} Given up after ${seconds} seconds without progress.`;
      throw new StorageError("permanent", message, { cause: this.#first });
    }
    const full = Math.min(maxPauseMs, pauseMs * 2 ** (number - 1));
    await wait(full * (0.5 + Math.random() / 2), this.#signal);
  }
}
