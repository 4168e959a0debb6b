import { expect, it } from "vitest";
import { listWords, weekdayNames } from "#lib/core/weekdays";

it("begins with Sunday", () => {
  expect(weekdayNames("en", "short")).toEqual(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]);
  expect(weekdayNames("pt-BR", "long")[0]).toBe("domingo");
  expect(weekdayNames("pt-BR", "short")[1]).toBe("seg");
});

it("joins words as the language does", () => {
  expect(listWords(["segunda", "quarta", "sexta"], "pt-BR")).toBe("segunda, quarta e sexta");
});
