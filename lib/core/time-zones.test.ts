import { expect, it } from "vitest";
import { offsetOf, timeZones } from "#lib/core/time-zones";

it("lists zones once, UTC first", () => {
  const zones = timeZones();
  expect(zones[0]).toBe("UTC");
  expect(new Set(zones).size).toBe(zones.length);
  expect(zones).toContain("America/Sao_Paulo");
});

it("knows summer and winter", () => {
  expect(offsetOf("UTC", new Date("2026-01-01T00:00:00Z"))).toBe("UTC");
  expect(offsetOf("America/Sao_Paulo", new Date("2026-01-01T00:00:00Z"))).toBe("UTC−03:00");
  expect(offsetOf("Europe/Berlin", new Date("2026-01-01T00:00:00Z"))).toBe("UTC+01:00");
  expect(offsetOf("Europe/Berlin", new Date("2026-07-01T00:00:00Z"))).toBe("UTC+02:00");
});
