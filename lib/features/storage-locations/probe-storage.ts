import { AppError } from "#lib/core/errors";
import type { StorageReport } from "#lib/features/storage-locations/schema";
import { LimitError, withinLimit } from "#lib/features/within-limit";
import type { StorageAdapter } from "#lib/storage/types";

const PROBE_TIMEOUT_MS = 20_000;

/**
 * Writes, reads, lists, renames and deletes a few bytes, within a time limit, and closes the adapter.
 * STORAGE_UNREACHABLE names the step that failed; its `details.reason` says why, where that is known.
 */
export async function probeStorage(
  open: () => StorageAdapter,
  explain: (error: unknown) => AppError,
  options: { key?: string; signal?: AbortSignal | undefined } = {},
): Promise<StorageReport> {
  try {
    return await withinLimit({ limitMs: PROBE_TIMEOUT_MS, ...options }, async (signal) => {
      const adapter = open();
      try {
        return reportOf(await adapter.probe({ signal }));
      } finally {
        await adapter.close();
      }
    });
  } catch (error) {
    if (error instanceof LimitError) {
      const message = `No answer within ${PROBE_TIMEOUT_MS / 1000} seconds.`;
      throw new AppError("STORAGE_UNREACHABLE", message, { cause: error, details: { reason: "timeout" } });
    }
    throw error instanceof AppError ? error : explain(error);
  }
}

function reportOf(report: Awaited<ReturnType<StorageAdapter["probe"]>>): StorageReport {
  const steps = report.steps.map((step) => ({ ...step }));
  const failed = steps.find((step) => !step.ok);
  if (failed) {
    const message = `The ${failed.step} step failed: ${failed.error ?? "no reason given"}`;
    throw new AppError("STORAGE_UNREACHABLE", message, {
      details: { steps, ...(failed.reason ? { reason: failed.reason } : {}) },
    });
  }
  const { availableBytes, hostKey } = report;
  const found = { ok: true, latencyMs: Math.round(report.latencyMs), availableBytes, steps } as const;
  return hostKey === undefined ? found : { ...found, hostKey };
}
