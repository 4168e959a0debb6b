import { expect, it } from "vitest";
import { nextPath } from "#lib/core/next-path";

it("keeps pages of this site with their filters", () => {
  expect(nextPath("/executions?status=failed&page=2")).toBe("/executions?status=failed&page=2");
  expect(nextPath(["/jobs", "/x"])).toBe("/jobs");
});

it("leads nowhere else", () => {
  const foreign = [
    undefined,
    "",
    "jobs",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/login",
    "/login?next=/jobs",
    "/setup",
    "/api/auth/logout",
  ];
  for (const value of foreign) expect(nextPath(value)).toBe("/");
});
