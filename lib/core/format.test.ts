import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDate,
  formatDuration,
  formatInterval,
  formatPercent,
  formatRate,
  formatRatio,
  formatRelative,
  relativeTick,
} from "#lib/core/format";

/** Intl uses narrow and no-break spaces; people do not care which. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1234, "1.23 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_600, "1 MB"],
    [1_871_234_567, "1.87 GB"],
    [42_000_000_000_000, "42 TB"],
    [9e18, "9,000 PB"],
    [-1500, "-1.5 kB"],
  ])("%d -> %s", (bytes, words) => {
    expect(formatBytes(bytes, "en")).toBe(words);
  });
  it("uses the locale's decimal sign", () => {
    expect(formatBytes(1234, "pt-BR")).toBe("1,23 kB");
  });
});

describe("formatInterval", () => {
  it("takes the largest whole unit", () => {
    const words = [1000, 90_000, 300_000, 7_200_000, 86_400_000].map((ms) => formatInterval(ms, "en"));
    expect(words).toEqual(["1 s", "90 s", "5 min", "2 h", "24 h"]);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [840, "840 ms"],
    [4230, "4.2 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [59_700, "1 min 00 s"],
    [185_000, "3 min 05 s"],
    [8_040_000, "2 h 14 min"],
    [273_600_000, "3 d 4 h"],
    [-5, "0 ms"],
  ])("%d -> %s", (ms, words) => {
    expect(formatDuration(ms, "en")).toBe(words);
  });
});

describe("formatRelative", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  it.each([
    [-3, "en", "now"],
    [3, "pt-BR", "agora"],
    [-30, "en", "30 sec. ago"],
    [-50, "en", "1 min. ago"],
    [-300, "en", "5 min. ago"],
    [7200, "en", "in 2 hr."],
    [-7200, "pt-BR", "há 2 h"],
    [-86_400, "en", "yesterday"],
    [-86_400 * 60, "en", "last mo."],
    [-86_400 * 400, "en", "last yr."],
  ])("%d s in %s -> %s", (seconds, locale, words) => {
    expect(plain(formatRelative(at(seconds), now, locale))).toBe(words);
  });
  it("ticks faster the nearer it is", () => {
    expect(relativeTick(at(-20), now)).toBeLessThan(relativeTick(at(-600), now));
    expect(relativeTick(at(-600), now)).toBeLessThan(relativeTick(at(-90_000), now));
  });
});

describe("the rest", () => {
  it("counts, shares, rates and ratios", () => {
    expect(formatCount(12345, "en")).toBe("12,345");
    expect(formatCount(12345, "pt-BR")).toBe("12.345");
    expect(formatPercent(0.9731, "en")).toBe("97.3%");
    expect(formatRate(84_200_000, "en")).toBe("84.2 MB/s");
    expect(formatRatio(4.249, "en")).toBe("4.2×");
  });
  it("says moments in the zone it is given, midnight as 00", () => {
    const moment = new Date("2026-03-10T03:04:05Z");
    expect(plain(formatDate(moment, "medium", "en", "UTC"))).toBe("Mar 10, 2026, 03:04");
    expect(plain(formatDate(moment, "time", "en", "America/Sao_Paulo"))).toBe("00:04:05");
    expect(plain(formatDate(moment, "full", "pt-BR", "America/Sao_Paulo"))).toContain("00:04:05");
  });
});
