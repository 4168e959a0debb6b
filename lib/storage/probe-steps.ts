import type { StorageProbe, StorageProbeStep } from "#lib/storage/types";

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
      steps.push({ step, ok: false, latencyMs: performance.now() - began, error: message });
      break;
    }
  }
  const ok = steps.every((step) => step.ok);
  const latencyMs = performance.now() - start;
  return { ok, latencyMs, steps, availableBytes: ok ? await availableBytes() : null };
}
