import { describe, expect, it } from "vitest";
import { isLocale, knownTimeZone, negotiateLocale } from "#lib/core/locale";

describe("negotiateLocale", () => {
  it.each([
    ["pt-PT,pt;q=0.9,en;q=0.8", "pt-BR"],
    ["en-GB,pt;q=0.9", "en"],
    ["en;q=0.3, pt-BR;q=0.7", "pt-BR"],
    ["de,fr;q=0.9", "en"],
    ["pt;q=0, en", "en"],
    ["", "en"],
    [null, "en"],
  ])("%s -> %s", (header, expected) => {
    expect(negotiateLocale(header)).toBe(expected);
  });
});

it("accepts only what it ships", () => {
  expect(isLocale("pt-BR")).toBe(true);
  expect(isLocale("pt")).toBe(false);
});

it("falls back to UTC for a zone it does not know", () => {
  expect(knownTimeZone("America/Sao_Paulo")).toBe("America/Sao_Paulo");
  expect(knownTimeZone("Mars/Olympus")).toBe("UTC");
  expect(knownTimeZone(undefined)).toBe("UTC");
});
