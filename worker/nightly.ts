import { nextRuns } from "#lib/core/schedule";
import { log } from "#lib/log";
import type { Loop } from "#worker/repeat";

/** setTimeout takes 31 bits of milliseconds; a longer way is gone in steps. */
const LONGEST_STEP_MS = 24 * 3_600_000;

/** Runs `work` at the instants of a cron expression in the machine's time zone. */
export function atInstants(cron: string, work: () => Promise<void>): Loop {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const plan = (): void => {
    if (stopped) return;
    const due = nextRuns(cron, zone, new Date(), 1)[0];
    if (due) step(due);
  };
  const step = (due: Date): void => {
    const wait = due.getTime() - Date.now();
    timer = setTimeout(
      () => {
        if (wait > LONGEST_STEP_MS) return step(due);
        void work()
          .catch((error: unknown) =>
            log.warn({ component: "nightly", err: error }, "the nightly round failed"),
          )
          .finally(plan);
      },
      Math.min(Math.max(wait, 0), LONGEST_STEP_MS),
    );
  };
  plan();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
