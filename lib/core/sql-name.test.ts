import { expect, it } from "vitest";
import { sqlName, sqlTable } from "#lib/core/sql-name";

it.each([
  ["postgres", "orders", "orders"],
  ["postgres", "Orders", '"Orders"'],
  ["postgres", "user", '"user"'],
  ["postgres", 'a "b"', '"a ""b"""'],
  ["mysql", "Orders", "Orders"],
  ["mysql", "order", "`order`"],
  ["mariadb", "a`b", "`a``b`"],
  ["sqlserver", "a]b", "[a]]b]"],
  ["sqlite", "größe", '"größe"'],
])("in %s, %s is %s", (type, name, expected) => {
  expect(sqlName(type, name)).toBe(expected);
});

it("names the schema where it is not the usual one", () => {
  expect(sqlTable("postgres", { schema: "public", name: "t" })).toBe("t");
  expect(sqlTable("postgres", { schema: "Odd", name: "t" })).toBe('"Odd".t');
  expect(sqlTable("sqlserver", { schema: "dbo", name: "t" })).toBe("t");
  expect(sqlTable("sqlite", { schema: null, name: "t" })).toBe("t");
});
