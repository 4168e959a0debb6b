import { AppError } from "#lib/core/errors";
import type { StorageProbe, StorageProbeReason, StorageProbeStep } from "#lib/storage/types";

export type ProbePlan = readonly (readonly [StorageProbeStep["step"], () => Promise<unknown>])[];

/** Runs the steps in order and times each; the first that fails ends the probe. */
export async function probeSteps(
  plan: ProbePlan,
  signal: AbortSignal,
  availableBytes: () => Promise<number | null>,
): Promise<StorageProbe> {
  const steps: StorageProbeStep[] = [];
  const start = performance.now();
  for (const [step, run] of plan) {
    const began = performance.now();
    try {
      signal.throwIfAborted();
      await run();
      steps.push({ step, ok: true, latencyMs: performance.now() - began });
    } catch (error) {
      const message = error instanceof Error ? error.message : "unknown reason";
      const reason = reasonOf(error);
      const failed = { step, ok: false, latencyMs: performance.now() - began, error: message };
      steps.push(reason === null ? failed : { ...failed, reason });
      break;
    }
  }
  const ok = steps.every((step) => step.ok);
  const latencyMs = performance.now() - start;
  return { ok, latencyMs, steps, availableBytes: ok ? await availableBytes() : null };
}

/** Codes of the system, error names of S3 services and levels of SSH that say more than "it failed". */
const REASONS: Readonly<Record<string, StorageProbeReason>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  QuotaExceeded: "full",
  XMinioStorageFull: "full",
  XMinioAdminBucketQuotaExceeded: "full",
  storage_cap_exceeded: "full",
  InvalidAccessKeyId: "auth_failed",
  SignatureDoesNotMatch: "auth_failed",
  AccessDenied: "auth_failed",
  Forbidden: "auth_failed",
  "client-authentication": "auth_failed",
  ETIMEDOUT: "timeout",
  TimeoutError: "timeout",
  "client-timeout": "timeout",
};

/** The reason that an error or one of its causes tells, or null. */
function reasonOf(error: unknown): StorageProbeReason | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, level } = at as { code?: unknown; level?: unknown };
    const { reason } = ((at instanceof AppError ? at.details : null) ?? {}) as { reason?: unknown };
    for (const word of [reason, code, level, at.name]) {
      if (word === "full" || word === "auth_failed" || word === "timeout") return word;
      const known = typeof word === "string" && Object.hasOwn(REASONS, word) ? REASONS[word] : undefined;
      if (known) return known;
    }
  }
  return null;
}
