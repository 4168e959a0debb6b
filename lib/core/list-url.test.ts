import { expect, it } from "vitest";
import { changedQuery, nextSort, pageOf, sortOf } from "#lib/core/list-url";

const params = (text: string) => new URLSearchParams(text);

it("goes back to the first page when anything but the page changes", () => {
  expect(changedQuery(params("page=3&status=failed"), { status: "completed" })).toBe("?status=completed");
  expect(changedQuery(params("page=3&status=failed"), { page: 4 })).toBe("?page=4&status=failed");
  expect(changedQuery(params("page=3"), { page: 1 })).toBe("");
  expect(changedQuery(params("q=a"), { q: "" })).toBe("");
});

it("reads page and sort defensively", () => {
  expect(pageOf(params("page=-2"))).toBe(1);
  expect(pageOf(params("page=7"))).toBe(7);
  expect(sortOf(params("sort=-name"))).toEqual({ key: "name", descending: true });
  expect(sortOf(params(""))).toBeNull();
});

it("cycles through the directions of a column", () => {
  expect(nextSort(null, "name", false)).toBe("name");
  expect(nextSort({ key: "name", descending: false }, "name", false)).toBe("-name");
  expect(nextSort({ key: "name", descending: true }, "name", false)).toBeNull();
  expect(nextSort(null, "created_at", true)).toBe("-created_at");
});
