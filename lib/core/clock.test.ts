import { expect, it } from "vitest";
import { clockText, readClock } from "#lib/core/clock";

it("writes two digits", () => {
  expect(clockText(2, 5)).toBe("02:05");
});

it.each([
  ["2:05", { hour: 2, minute: 5 }],
  ["1405", { hour: 14, minute: 5 }],
  ["14h30", { hour: 14, minute: 30 }],
  ["24:00", null],
  ["7:60", null],
  ["7", null],
  ["", null],
])("reads %s", (text, time) => {
  expect(readClock(text)).toEqual(time);
});
