export interface Progress {
  /** Bytes that came from the source. */
  readonly bytesRead: number;
  /** Bytes that went to the storage, after compression. */
  readonly bytesWritten: number;
  readonly estimatedBytes: number | null;
}

/** Reports progress at most every half second while it runs, and once more at `stop`. */
export function startMeter(read: () => Progress, report: (progress: Progress) => void): { stop(): void } {
  let last = "";
  const tick = () => {
    const progress = read();
    const key = `${progress.bytesRead}/${progress.bytesWritten}`;
    if (key === last) return;
    last = key;
    report(progress);
  };
  const timer = setInterval(tick, 500);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      tick();
    },
  };
}
