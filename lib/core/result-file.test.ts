import { expect, it } from "vitest";
import { textOf, toCsv, toJsonRows } from "#lib/core/result-file";

const table = (...rows: unknown[][]) => ({ columns: [{ name: "a" }, { name: "=b" }], rows });

it("writes CSV that a spreadsheet opens without running it", () => {
  const csv = toCsv(
    table(
      [1, null],
      [-5, "-5.20"],
      ["=1+1", "+cmd"],
      ["@x", "-2+3"],
      ["\tx", "plain"],
      ['say "hi", you', "two\nlines"],
      [true, { n: [1] }],
    ),
  );
  expect(csv.split("\r\n")).toEqual([
    "a,'=b",
    "1,",
    "-5,-5.20",
    "'=1+1,'+cmd",
    "'@x,'-2+3",
    "'\tx,plain",
    '"say ""hi"", you","two\nlines"',
    'true,"{""n"":[1]}"',
    "",
  ]);
  expect(toCsv(table(["=a,b", ""]))).toContain(`"'=a,b",`);
});

it("writes JSON objects, with every column under a name of its own", () => {
  const columns = [{ name: "n" }, { name: "n" }, { name: "n_2" }, { name: "__proto__" }];
  const json = toJsonRows({ columns, rows: [[1, null, "x", 2]] });
  expect(json).toBe('[\n  {\n    "n": 1,\n    "n_2": null,\n    "n_2_2": "x",\n    "__proto__": 2\n  }\n]\n');
});

it("shows values as text", () => {
  expect([null, false, 0, "x", [1]].map(textOf)).toEqual(["", "false", "0", "x", "[1]"]);
});
