import { describe, expect, it } from "vitest";
import { convertPreset, cronOf, presetOf } from "#lib/core/cron-preset";

describe("presetOf", () => {
  it.each([
    ["15 * * * *", { kind: "hourly", every: 1, minute: 15 }],
    ["0 */6 * * *", { kind: "hourly", every: 6, minute: 0 }],
    ["0 2 * * *", { kind: "daily", hour: 2, minute: 0 }],
    ["30 04 * * 1-5", { kind: "weekly", weekdays: [1, 2, 3, 4, 5], hour: 4, minute: 30 }],
    ["0 3 * * SUN,wed", { kind: "weekly", weekdays: [0, 3], hour: 3, minute: 0 }],
    ["0 3 * * 5-7", { kind: "weekly", weekdays: [0, 5, 6], hour: 3, minute: 0 }],
    ["0 0 31 * *", { kind: "monthly", day: 31, hour: 0, minute: 0 }],
  ])("%s", (cron, preset) => {
    expect(presetOf(cron)).toEqual(preset);
  });
  it.each([
    "*/15 * * * *",
    "0 2,14 * * *",
    "0 */5 * * *",
    "0 */1 * * 1",
    "0 2 1 * 1",
    "0 2 * 6 *",
    "0 2 * * 5-1",
    "60 2 * * *",
    "0 0 2 * * *",
    "",
  ])("leaves %s as it is", (cron) => {
    expect(presetOf(cron)).toEqual({ kind: "custom", cron });
  });
});

it("writes what it reads", () => {
  for (const cron of [
    "15 * * * *",
    "0 */6 * * *",
    "0 2 * * *",
    "30 4 * * 1,5",
    "0 0 31 * *",
    "*/5 * * * *",
  ]) {
    expect(cronOf(presetOf(cron))).toBe(cron);
  }
});

it("keeps the time when the kind changes", () => {
  const weekly = convertPreset({ kind: "daily", hour: 5, minute: 40 }, "weekly");
  expect(cronOf(weekly)).toBe("40 5 * * 0");
  expect(cronOf(convertPreset(weekly, "custom"))).toBe("40 5 * * 0");
  expect(cronOf(convertPreset({ kind: "custom", cron: "*/5 * * * *" }, "daily"))).toBe("0 2 * * *");
});
