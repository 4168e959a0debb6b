import type { PipelineIo, StorageTarget } from "#lib/pipeline/io";
import { StorageError, type StoredFile } from "#lib/storage/types";
import { fanOut } from "#lib/streams/fan-out";

export interface StorageFailure {
  readonly storageLocationId: string;
  readonly error: string;
}

/** Longer than an outage that an upload survives by itself (a minute), shorter than a person's patience. */
const PATIENCE_MS = 5 * 60_000;

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : "unknown reason");

/**
 * The storages of one backup. One that fails drops out with all that was written there, while the others go
 * on; when none is left, the operation rejects with the last one's error.
 */
export class Replicas {
  alive: StorageTarget[];
  readonly failures: StorageFailure[] = [];
  readonly #log: PipelineIo["log"];
  /** By path, in the order of writing. */
  readonly #written = new Map<StorageTarget, Map<string, StoredFile>>();

  constructor(targets: readonly StorageTarget[], log: PipelineIo["log"]) {
    this.alive = [...targets];
    this.#log = log;
  }

  /** Tries whether each can be written to; the ones that cannot drop out before anything was dumped for them. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.each(async ({ adapter }) => {
      const report = await adapter.probe({ signal });
      const failed = report.steps.find((step) => !step.ok);
      if (failed) throw new StorageError("permanent", `${failed.step}: ${failed.error ?? "failed"}`);
    }, signal);
  }

  /**
   * Writes one file to all at once, at the pace of the slowest; one that takes nothing for minutes while the
   * others wait drops out. `onConsumed` hears of each chunk that no storage needs any more.
   */
  async put(
    path: string,
    bytes: AsyncIterable<Buffer>,
    signal: AbortSignal,
    onConsumed?: (chunk: Buffer) => void,
  ): Promise<void> {
    const targets = this.alive;
    const outcomes = await fanOut(
      bytes,
      targets.map((target) => async (copy: AsyncIterable<Buffer>, givenUp: AbortSignal) => {
        const stored = await target.adapter.put(path, copy, { signal: AbortSignal.any([signal, givenUp]) });
        const files = this.#written.get(target) ?? new Map<string, StoredFile>();
        this.#written.set(target, files.set(path, stored));
      }),
      { patienceMs: PATIENCE_MS, ...(onConsumed && { onConsumed }) },
    );
    await this.#dropFailed(targets, outcomes, signal);
  }

  /** What a storage answered for each file that it holds of this backup. */
  storedOn(target: StorageTarget): ReadonlyMap<string, StoredFile> {
    return this.#written.get(target) ?? new Map();
  }

  /** Does something on all at once. */
  async each(work: (target: StorageTarget) => Promise<void>, signal: AbortSignal): Promise<void> {
    const targets = this.alive;
    const outcomes = await Promise.all(
      targets.map((target) =>
        work(target).then(
          () => ({ ok: true as const }),
          (error: unknown) => ({ ok: false as const, error }),
        ),
      ),
    );
    await this.#dropFailed(targets, outcomes, signal);
  }

  /** Removes every file that was written, newest first; what cannot be removed is told. */
  async removeWritten(io: Pick<PipelineIo, "log">): Promise<void> {
    for (const target of this.#written.keys()) await this.#clean(target, io);
  }

  async #dropFailed(
    targets: readonly StorageTarget[],
    outcomes: readonly ({ ok: true } | { ok: false; error: unknown })[],
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    let last: unknown = null;
    for (const [index, outcome] of outcomes.entries()) {
      const target = targets[index];
      if (outcome.ok || target === undefined) continue;
      last = outcome.error;
      this.#drop(target, outcome.error);
      await this.#clean(target, { log: this.#log });
    }
    if (this.alive.length === 0) throw last;
  }

  #drop(target: StorageTarget, error: unknown): void {
    this.alive = this.alive.filter((other) => other !== target);
    this.failures.push({ storageLocationId: target.storageLocationId, error: wordsOf(error) });
    this.#log("error", `Storage ${target.name ?? target.storageLocationId} failed: ${wordsOf(error)}`);
  }

  async #clean(target: StorageTarget, io: Pick<PipelineIo, "log">): Promise<void> {
    const paths = [...this.storedOn(target).keys()];
    this.#written.delete(target);
    for (const path of paths.reverse()) {
      await target.adapter.remove(path).catch((error: unknown) => {
        io.log("warn", `Could not remove ${path}: ${wordsOf(error)}`);
      });
    }
  }
}
