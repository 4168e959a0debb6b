import { expect, it } from "vitest";
import { prettyJson } from "#lib/core/pretty-json";

it("puts members on lines of their own, and changes no value", () => {
  const text = '{"a":12345678901234567890,"b":[1.10,{}, []],"c":{"d":"x, {y}: \\"z\\""},"e":null}';
  expect(prettyJson(text)).toBe(
    [
      "{",
      '  "a": 12345678901234567890,',
      '  "b": [',
      "    1.10,",
      "    {},",
      "    []",
      "  ],",
      '  "c": {',
      '    "d": "x, {y}: \\"z\\""',
      "  },",
      '  "e": null',
      "}",
    ].join("\n"),
  );
});

it.each(["", "12", '"text"', "{1,2}", "[oops", "null", "{}x"])("leaves %s alone", (text) => {
  expect(prettyJson(text)).toBeNull();
});

it.each(['{"a": 1}', "[[], {}, [1, [2]]]", ' [ "\\\\", "\\u0041" ] '])("says the same as %s", (text) => {
  expect(JSON.parse(prettyJson(text) ?? "")).toEqual(JSON.parse(text));
});
