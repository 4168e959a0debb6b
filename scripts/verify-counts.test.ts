import { expect, test } from "vitest";
import { addCounts, countPlaywright, countVitest } from "#scripts/verify-counts";

const vitest = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

test("a test file that could not be loaded counts as a failure", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{ status: "failed" }] },
    { status: "passed", assertionResults: [{ status: "passed" }] },
  ];
  expect(countVitest({ ...vitest, testResults })).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("a browser suite that broke outside its tests is not green", () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 1 };
  expect(countPlaywright({ stats, errors: [{ message: "set-up failed" }] })).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
  });
});

test("no report is no count", () => {
  expect(countVitest(null)).toBeNull();
  expect(countPlaywright("")).toBeNull();
});

test("suites add up", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(one, one, { passed: 1, failed: 0, skipped: 0 })).toEqual({
    passed: 3,
    failed: 4,
    skipped: 6,
  });
});
