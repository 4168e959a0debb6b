import type { Progress } from "#lib/features/executions/schema";

const WINDOW_MS = 5000;

/** Turns byte counts into what a person sees: the rate is the mean of the last seconds. */
export function progressTracker(
  phase: string,
): (p: { bytesRead: number; bytesWritten: number; estimatedBytes: number | null }) => Progress {
  const samples: { at: number; bytes: number }[] = [];
  return ({ bytesRead, bytesWritten, estimatedBytes }) => {
    const at = performance.now();
    samples.push({ at, bytes: bytesRead });
    while (samples.length > 2 && at - (samples[0]?.at ?? at) > WINDOW_MS) samples.shift();
    const first = samples[0] ?? { at, bytes: bytesRead };
    const seconds = (at - first.at) / 1000;
    const bytesPerSecond = seconds > 0 ? Math.round((bytesRead - first.bytes) / seconds) : 0;
    return { phase, bytesRead, bytesWritten, bytesPerSecond, estimatedBytes };
  };
}
