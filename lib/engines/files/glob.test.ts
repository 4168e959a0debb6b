import { describe, expect, it } from "vitest";
import { filesConfig } from "#lib/engines/files/config";
import { leadsOut } from "#lib/engines/files/entry-path";
import { Globs } from "#lib/engines/files/glob";

describe("globs", () => {
  it.each([
    ["*.log", "a/b/c.log", true],
    ["*.log", "a/b/c.logs", false],
    ["*.log", ".log", true],
    ["/top.txt", "top.txt", true],
    ["/top.txt", "a/top.txt", false],
    ["a/*.txt", "a/b.txt", true],
    ["a/*.txt", "a/b/c.txt", false],
    ["a/**", "a/b/c.txt", true],
    ["**/*.tmp", "x.tmp", true],
    ["**/*.tmp", "a/b/.x.tmp", true],
    ["a/**/z", "a/z", true],
    ["a/**/z", "a/b/c/z", true],
    ["a/**/z", "b/a/z", false],
    ["node_modules/", "x/node_modules", true],
    ["?.md", "é.md", true],
    ["[a-c]x", "bx", true],
    ["[!a-c]x", "bx", false],
    ["[x", "[x", true],
    ["*.{jpg,{png,gif}}", "a/p.gif", true],
    ["*.{jpg,{png,gif}}", "a/p.bmp", false],
    ["{a", "{a", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["ünï*", "ünïcode", true],
    ["a*b*c*d", "aXbXcXd", true],
    ["a*b*c*d", "aXbXcX", false],
    ["(a+)+$", "(a+)+$", true],
    ["!(a|b)", "c", false],
  ])("%s against %s: %s", (pattern, path, fits) => expect(new Globs([pattern]).matches(path)).toBe(fits));

  it("do not explode, however they are made", () => {
    const name = "a".repeat(250);
    const evil = [
      `${"*a".repeat(200)}b`,
      `${"**/".repeat(150)}b`,
      `${"?*".repeat(200)}b`,
      "[a-z]*".repeat(80),
    ];
    const globs = new Globs(evil);
    const deep = Array.from({ length: 200 }, () => "a").join("/");
    const start = process.cpuUsage().user;
    for (let round = 0; round < 50; round += 1) {
      globs.matches(`${name}c`);
      globs.matches(deep);
    }
    // A backtracking matcher would not come back within the age of the universe.
    expect(process.cpuUsage(undefined).user - start).toBeLessThan(20_000_000);
  });

  it.each([
    ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"],
    [`{${"a,".repeat(100)}b}`],
    ["x".repeat(513)],
    ["nul\0"],
    [""],
  ])("refuses the pattern %j", (pattern) => {
    const config = { source_path: "/srv/x", include_patterns: [pattern] };
    expect(filesConfig.safeParse(config).success).toBe(false);
  });
});

describe("links", () => {
  it.each([
    ["a", "b", false],
    ["a/b", "../c", false],
    ["a/b", "../../c", true],
    ["a/b/c", "../../d/e", false],
    ["a", "/etc/passwd", true],
    ["a", "..", true],
    ["a", "x/../../etc", true],
    ["a", "x/../y", true],
    ["a", "./x", false],
    ["a", "", true],
  ])("%s -> %s leads out: %s", (path, target, out) => expect(leadsOut(path, target)).toBe(out));
});
