import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 50;

/** Asks again and again until the answer is neither null, undefined nor false; gives up after `limitMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`This did not happen in ${limitMs / 1000} s: ${what}`);
    await sleep(EVERY_MS);
  }
}
