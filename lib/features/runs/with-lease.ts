import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import { HEARTBEAT_MS, LEASE_SECONDS, type Lease, renewLease } from "#lib/features/executions/lease";
import type { Progress } from "#lib/features/executions/schema";
import { log } from "#lib/log";

const PROGRESS_MS = 1000;

export interface Held {
  /** Aborts with the reason as an AppError: CANCELLED, LEASE_LOST, or what `outer` gives. */
  readonly signal: AbortSignal;
  /** Stored and shown at most once a second. */
  report(progress: Progress): void;
  /** Asks the database at once, for example after a NOTIFY that somebody cancelled. */
  poke(): void;
}

/**
 * Runs `work` while renewing its lease. The work's signal aborts when somebody cancels, when another attempt
 * has taken over, or when the database was away for longer than the lease: then nobody can know any more who
 * holds it, so the work ends itself.
 */
export async function withLease<T>(
  db: Db,
  lease: Lease,
  outer: AbortSignal,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let progress: Progress | null = null;
  let dirty = false;
  let renewedAt = performance.now();
  let renewing: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    const started = performance.now();
    try {
      const sent = progress;
      dirty = false;
      const { cancel } = await renewLease(db, lease, sent);
      renewedAt = started;
      if (cancel) controller.abort(new AppError("CANCELLED", "Cancelled by a person."));
    } catch (error) {
      if (error instanceof AppError) return controller.abort(error);
      log.warn(
        { component: "lease", executionId: lease.executionId, err: error },
        "lease not renewed, trying again",
      );
      if (performance.now() - renewedAt > LEASE_SECONDS * 1000) {
        controller.abort(
          new AppError("LEASE_LOST", "The metadata database was away for longer than the lease."),
        );
      }
    }
  };
  const tick = () => {
    const due = performance.now() - renewedAt >= HEARTBEAT_MS;
    if (!renewing && (due || dirty)) {
      renewing = renew().finally(() => {
        renewing = undefined;
      });
    }
  };
  const timer = setInterval(tick, PROGRESS_MS);
  try {
    return await work({
      signal: AbortSignal.any([controller.signal, outer]),
      report: (next) => {
        progress = next;
        dirty = true;
      },
      poke: () => {
        dirty = true;
        tick();
      },
    });
  } finally {
    clearInterval(timer);
    await renewing;
  }
}

/** The reason an aborted piece of work ended for, where it is one of ours; otherwise the error itself. */
export function reasonOf(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted && signal.reason instanceof AppError ? signal.reason : error;
}
