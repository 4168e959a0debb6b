import { describe, expect, test } from "vitest";
import { isTimeZone, latestDue, nextRuns, validateCron } from "#lib/core/schedule";

const iso = (dates: Date[]) => dates.map((date) => date.toISOString());

describe("daylight saving time", () => {
  test("a wall time that does not exist runs right after the gap", () => {
    expect(iso(nextRuns("30 2 * * *", "Europe/Berlin", new Date("2026-03-28T12:00:00Z"), 2))).toEqual([
      "2026-03-29T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
  });

  test("a wall time that exists twice runs once", () => {
    expect(iso(nextRuns("30 2 * * *", "Europe/Berlin", new Date("2026-10-24T12:00:00Z"), 2))).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
    expect(iso(nextRuns("30 1 * * *", "America/New_York", new Date("2026-10-31T12:00:00Z"), 2))).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-02T06:30:00.000Z",
    ]);
  });

  test("a pattern over all hours keeps its pace through the repeated hour", () => {
    expect(iso(nextRuns("*/30 * * * *", "Europe/Berlin", new Date("2026-10-25T00:15:00Z"), 4))).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ]);
  });
});

describe("what was missed", () => {
  test("gives the latest instant only, also in a gap and after years", () => {
    const due = (cron: string, after: string, now: string, zone = "Europe/Berlin") =>
      latestDue(cron, zone, new Date(after), new Date(now))?.toISOString();
    expect(due("30 2 * * *", "2026-03-01T00:00:00Z", "2026-03-29T12:00:00Z")).toBe(
      "2026-03-29T01:30:00.000Z",
    );
    expect(due("*/5 * * * *", "2024-01-01T00:00:00Z", "2026-03-29T12:03:00Z")).toBe(
      "2026-03-29T12:00:00.000Z",
    );
    expect(due("0 0 29 2 *", "2020-01-01T00:00:00Z", "2026-03-29T12:00:00Z", "UTC")).toBe(
      "2024-02-29T00:00:00.000Z",
    );
  });

  test("gives nothing when nothing was due, and never the instant that it starts from", () => {
    const at = new Date("2026-06-01T03:00:00Z");
    expect(latestDue("0 3 * * *", "UTC", at, new Date("2026-06-01T20:00:00Z"))).toBeNull();
    expect(latestDue("0 3 * * *", "UTC", at, new Date("2026-06-02T03:00:00Z"))?.toISOString()).toBe(
      "2026-06-02T03:00:00.000Z",
    );
  });
});

test("refuses what is not five plain fields, never matches, or names an unknown zone", () => {
  const bad = [
    "",
    "* * * *",
    "* * * * * *",
    "@daily",
    "61 * * * *",
    "0 0 31 2 *",
    "0 0 30 2 *",
    "a b c d e",
    "* * * * * ; rm",
    "*/0 * * * *",
  ];
  for (const cron of bad) expect(validateCron(cron, "UTC"), cron).toBeTypeOf("string");
  for (const cron of ["* * * * *", "0 0 29 2 *", "0 9-17/2 * * mon-fri", "15,45 3 1 1,7 *"]) {
    expect(validateCron(cron, "UTC"), cron).toBeNull();
  }
  for (const zone of ["Mars/Base", "", "+02:00", "../etc", "UTC; DROP"])
    expect(isTimeZone(zone), zone).toBe(false);
  for (const zone of ["UTC", "Europe/Lisbon", "America/Argentina/Buenos_Aires", "Etc/GMT+3"]) {
    expect(isTimeZone(zone), zone).toBe(true);
  }
  expect(validateCron("0 3 * * *", "Mars/Base")).toMatch(/time zone/);
});
