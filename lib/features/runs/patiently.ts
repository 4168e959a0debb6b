import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "#lib/core/errors";
import { LEASE_SECONDS } from "#lib/features/executions/lease";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/**
 * Repeats a write to the metadata database while the database is away, for as long as a lease may live. An
 * AppError is an answer, not an outage, and passes at once. The write must be safe to repeat.
 */
export async function patiently<T>(write: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + LEASE_SECONDS * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof AppError || performance.now() + pause > deadline) throw error;
      await wait(pause);
    }
  }
}
