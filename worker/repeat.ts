import { log } from "#lib/log";

export interface Loop {
  stop(): void;
}

/**
 * Runs `work` now and then again `pauseMs` after each end; never two at once. A failure is logged and the
 * next turn comes all the same.
 */
export function repeat(name: string, pauseMs: number, work: () => Promise<unknown>): Loop {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn({ component: name, err: error }, "turn failed, trying again");
    }
    if (!stopped) timer = setTimeout(() => void turn(), pauseMs);
  };
  void turn();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
