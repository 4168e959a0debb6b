import { expect, test } from "vitest";
import { dayEnd, dayStart } from "#lib/core/day-bounds";

test.each([
  ["2026-03-10", "UTC", "2026-03-10T00:00:00.000Z", "2026-03-10T23:59:59.999Z"],
  ["2026-03-10", "America/Sao_Paulo", "2026-03-10T03:00:00.000Z", "2026-03-11T02:59:59.999Z"],
  ["2026-03-10", "Asia/Kathmandu", "2026-03-09T18:15:00.000Z", "2026-03-10T18:14:59.999Z"],
  // The clocks go forward: a day of 23 hours; and back: one of 25.
  ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"],
  ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
])("%s in %s", (day, zone, start, end) => {
  expect(dayStart(day, zone)?.toISOString()).toBe(start);
  expect(dayEnd(day, zone)?.toISOString()).toBe(end);
});

test("what is no day has no bounds", () => {
  expect(dayStart("yesterday", "UTC")).toBeNull();
  expect(dayEnd("2026-13-40", "UTC")).toBeNull();
});
