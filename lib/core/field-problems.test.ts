import { expect, it } from "vitest";
import { fieldProblemsOf, hasPath } from "#lib/core/field-problems";

it("takes problems and nothing else", () => {
  const problem = { field: "connection_config.host", message: "Not a host." };
  expect(fieldProblemsOf([problem, { field: 1, message: "x" }, null, "text"])).toEqual([problem]);
  expect(fieldProblemsOf({ job_ids: [] })).toEqual([]);
  expect(fieldProblemsOf(undefined)).toEqual([]);
});

it("follows dotted names through objects and lists", () => {
  const values = { name: "", connection_config: { host: null }, targets: [{ order: 0 }] };
  expect(hasPath(values, "name")).toBe(true);
  expect(hasPath(values, "connection_config.host")).toBe(true);
  expect(hasPath(values, "targets.0.order")).toBe(true);
  expect(hasPath(values, "connection_config.port")).toBe(false);
  expect(hasPath(values, "constructor")).toBe(false);
  expect(hasPath(values, "")).toBe(false);
});
