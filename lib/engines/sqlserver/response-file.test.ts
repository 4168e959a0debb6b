import { describe, expect, it } from "vitest";
import { responseFile } from "#lib/engines/sqlserver/response-file";

/**
 * A model of how SqlPackage reads a response file, made after what is known of it, not the tool itself. Of a
 * backslash before a quotation mark two readings are known: the mark counts once more, or it is used up.
 */
function parametersOf(text: string, mark: "counts again" | "is used up"): string[] {
  const found: string[] = [];
  let current: string | null = null;
  let open = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (current === null && character === "#") {
      at = text.indexOf("\n", at);
    } else if (character === "\\" && text[at + 1] === '"') {
      current = `${current ?? ""}"`;
      if (mark === "is used up") at += 1;
    } else if (character === '"') {
      open = !open;
      current ??= "";
    } else if (/\s/.test(character) && !open) {
      if (current !== null) found.push(current);
      current = null;
    } else {
      current = `${current ?? ""}${character}`;
    }
  }
  if (open || current !== null) throw new Error("the file ends within a parameter");
  return found;
}

const ODD = [
  "plain",
  "p@ss ;'={}[]%!^&*()<>|~`,.? ünï",
  " blanks before and behind ",
  "two  blanks\u00a0and\u2028others",
  "#no comment",
  "@/etc/passwd",
  "/Action:Extract",
  "-x+y:z=1",
  "$(name) $HOME %PATH% !x!",
  "'single'",
  "日本語🙂",
  "C:\\directory\\",
  "\\\\",
  "back\\slash",
  `${"x".repeat(16_000)}`,
];
const QUOTED = [
  '"',
  '""',
  'a"b',
  'a "b" c',
  '"quoted"',
  'ends with "',
  'a\\"b',
  '\\"',
  '"\\',
  'a\\\\" b\\',
  ' " ',
];

describe("a response file", () => {
  it.each(ODD)("gives %j back, whatever a backslash before a mark means", (value) => {
    const parameters = ["/Action:Export", `/SourcePassword:${value}`, `/SourceDatabaseName:${value}`];
    const text = responseFile(parameters);
    expect(parametersOf(text, "counts again")).toEqual(parameters);
    expect(parametersOf(text, "is used up")).toEqual(parameters);
  });

  it.each(QUOTED)("gives %j back as SqlPackage reads it", (value) => {
    const parameters = [`/SourceUser:${value}`, `/SourcePassword:${value}`, "/TargetFile:/tmp/x y"];
    expect(parametersOf(responseFile(parameters), "counts again")).toEqual(parameters);
  });

  it("is a parameter a line", () => {
    expect(responseFile(["/Action:Export", '/SourcePassword:a"b \\'])).toBe(
      '"/Action:Export"\n"/SourcePassword:a\\""b "\\\n',
    );
  });
});
