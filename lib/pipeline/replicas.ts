import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { PipelineIo, StorageTarget } from "#lib/pipeline/io";
import { StorageError } from "#lib/storage/types";
import { fanOut } from "#lib/streams/fan-out";

export interface StorageFailure {
  readonly storageLocationId: string;
  readonly error: string;
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : "unknown reason");

/**
 * The storages of one backup. One that fails drops out with all that was written there, while the others go
 * on; when none is left, the operation rejects with the last one's error.
 */
export class Replicas {
  alive: StorageTarget[];
  readonly failures: StorageFailure[] = [];
  readonly #log: PipelineIo["log"];
  readonly #written = new Map<StorageTarget, string[]>();

  private constructor(targets: readonly StorageTarget[], log: PipelineIo["log"]) {
    this.alive = [...targets];
    this.#log = log;
  }

  /** `replicate` takes all; `fallback` the first that passes its probe, so that later bytes are not lost. */
  static async choose(
    targets: readonly StorageTarget[],
    strategy: BackupOptions["storage_strategy"],
    io: PipelineIo,
  ): Promise<Replicas> {
    const replicas = new Replicas(targets, (level, message) => io.log(level, message));
    if (targets.length === 0) throw new AppError("VALIDATION_ERROR", "The backup has no storage location.");
    if (strategy === "replicate" || targets.length === 1) return replicas;
    for (const target of targets) {
      try {
        const report = await target.adapter.probe({ signal: io.signal });
        const failed = report.steps.find((step) => !step.ok);
        if (failed) throw new StorageError("permanent", `${failed.step}: ${failed.error ?? "failed"}`);
        replicas.alive = [target];
        return replicas;
      } catch (error) {
        io.signal.throwIfAborted();
        replicas.#drop(target, error);
      }
    }
    const reasons = replicas.failures.map((failure) => failure.error).join(" · ");
    throw new AppError("STORAGE_UNREACHABLE", `No storage location can be written to: ${reasons}`);
  }

  /** Writes one file to all at once. `onConsumed` hears of each chunk that no storage needs any more. */
  async put(
    path: string,
    bytes: AsyncIterable<Buffer>,
    signal: AbortSignal,
    onConsumed?: (chunk: Buffer) => void,
  ): Promise<void> {
    const targets = this.alive;
    const outcomes = await fanOut(
      bytes,
      targets.map((target) => async (copy: AsyncIterable<Buffer>) => {
        await target.adapter.put(path, copy, { signal });
        this.#written.set(target, [...(this.#written.get(target) ?? []), path]);
      }),
      onConsumed,
    );
    await this.#dropFailed(targets, outcomes, signal);
  }

  /** Does something on all at once. */
  async each(work: (target: StorageTarget) => Promise<void>): Promise<void> {
    const targets = this.alive;
    const outcomes = await Promise.all(
      targets.map((target) =>
        work(target).then(
          () => ({ ok: true as const }),
          (error: unknown) => ({ ok: false as const, error }),
        ),
      ),
    );
    await this.#dropFailed(targets, outcomes, null);
  }

  /** Removes every file that was written, newest first; what cannot be removed is told. */
  async removeWritten(io: Pick<PipelineIo, "log">): Promise<void> {
    for (const target of this.#written.keys()) await this.#clean(target, io);
  }

  async #dropFailed(
    targets: readonly StorageTarget[],
    outcomes: readonly ({ ok: true } | { ok: false; error: unknown })[],
    signal: AbortSignal | null,
  ): Promise<void> {
    signal?.throwIfAborted();
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
    const paths = this.#written.get(target) ?? [];
    this.#written.delete(target);
    for (const path of paths.reverse()) {
      await target.adapter.remove(path).catch((error: unknown) => {
        io.log("warn", `Could not remove ${path}: ${wordsOf(error)}`);
      });
    }
  }
}
