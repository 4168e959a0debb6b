import { expect, it } from "vitest";
import { fromDigest, toDigest } from "#lib/core/page-problem";

it("survives the way through a digest", () => {
  const problem = { code: "FORBIDDEN", detail: "datasources.write" } as const;
  expect(fromDigest(toDigest(problem))).toEqual(problem);
});

it("takes no foreign digest for a problem", () => {
  for (const digest of [undefined, "", "2837465", "dg;NOPE;x", "NEXT_REDIRECT;replace;/login;307;"]) {
    expect(fromDigest(digest)).toBeNull();
  }
});
