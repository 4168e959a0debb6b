import { expect, test } from "vitest";
import { type AlertState, type CheckOutcome, type HealthAlert, nextAlert } from "#lib/core/health-alert";

/** What people hear of a row of checks: each change once. */
function told(outcomes: readonly (CheckOutcome | "failed test")[]): HealthAlert[] {
  let state: AlertState = { failedChecks: 0, alert: "fine" };
  return outcomes.flatMap((outcome) => {
    const byHand = outcome === "failed test";
    const next = nextAlert(state, byHand ? "failed" : outcome, !byHand);
    const changed = next.alert !== state.alert;
    state = next;
    return changed ? [next.alert] : [];
  });
}

test("a blip is not told, an outage is told once, and so is its end", () => {
  expect(told(["fine", "failed", "fine", "failed", "fine"])).toEqual([]);
  expect(told(["failed", "failed", "failed", "failed", "fine", "fine"])).toEqual(["lost", "fine"]);
});

test("a failed test by hand counts for nothing, a good check always", () => {
  expect(told(["failed test", "failed test", "failed", "failed test"])).toEqual([]);
  expect(told(["failed", "failed test", "failed", "failed test", "fine"])).toEqual(["lost", "fine"]);
});

test("a storage gets full at once, and a blip does not tell it twice", () => {
  expect(told(["full", "full", "failed", "full", "fine"])).toEqual(["full", "fine"]);
  expect(told(["full", "failed", "failed", "full", "fine"])).toEqual(["full", "lost", "full", "fine"]);
});
