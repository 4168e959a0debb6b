/** What people have last been told of a datasource or a storage. */
export type HealthAlert = "fine" | "full" | "lost";

/** What one check found; `full` knows only a storage. */
export type CheckOutcome = "fine" | "full" | "failed";

export interface AlertState {
  /** Failed checks of the worker in a row. */
  readonly failedChecks: number;
  readonly alert: HealthAlert;
}

/**
 * One failure may be a blip of the network, and a night full of blips teaches people to ignore alerts: only
 * the second in a row is told. It comes soon, see `RECHECK_MS`, so a real outage is not told much later.
 */
const FAILURES_UNTIL_LOST = 2;

/** After a first failure the next check comes this soon, whatever the interval (ms). */
export const RECHECK_MS = 30_000;

/**
 * What is to be told after a check: where `alert` differs from before, people hear of it, once. A check that a
 * person asked for does not count towards `lost`, because they see its result; a good one ends an outage all the same.
 */
export function nextAlert(before: AlertState, outcome: CheckOutcome, counts: boolean): AlertState {
  if (outcome !== "failed") return { failedChecks: 0, alert: outcome };
  const failedChecks = before.failedChecks + (counts ? 1 : 0);
  return { failedChecks, alert: failedChecks >= FAILURES_UNTIL_LOST ? "lost" : before.alert };
}
