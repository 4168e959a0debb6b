import { describe, expect, it } from "vitest";
import { z } from "zod";
import { zodWords } from "#lib/core/zod-words";

function wordsFor(schema: z.ZodType, input: unknown): string | undefined {
  return schema.safeParse(input, { error: zodWords }).error?.issues[0]?.message;
}

describe("zodWords", () => {
  it.each([
    [z.string(), undefined, "This field is required."],
    [z.string(), null, "This field is required."],
    [z.string().min(1), "", "This field is required."],
    [z.string(), 1, "Must be text."],
    [z.string().min(3), "a", "At least 3 characters."],
    [z.string().max(3), "four", "At most 3 characters."],
    [z.number(), "1", "Must be a number."],
    [z.int(), 1.5, "Must be a whole number."],
    [z.number().min(2), 1, "Must be at least 2."],
    [z.number().max(2), 3, "Must be at most 2."],
    [z.number().positive(), 0, "Must be more than 0."],
    [z.number().lt(2), 2, "Must be less than 2."],
    [z.number().multipleOf(5), 3, "Must be a multiple of 5."],
    [z.boolean(), "yes", "Must be true or false."],
    [z.array(z.string()), "a", "Must be a list."],
    [z.array(z.string()).min(1), [], "At least one entry."],
    [z.array(z.string()).min(2), ["a"], "At least 2 entries."],
    [z.array(z.string()).max(1), ["a", "b"], "At most one entry."],
    [z.array(z.string()).max(2), ["a", "b", "c"], "At most 2 entries."],
    [z.object({}), "a", "Must be an object."],
    [z.enum(["a", "b"]), "c", "Must be one of: a, b."],
    [z.enum(["a", "b"]), undefined, "This field is required."],
    [z.literal("a"), "c", "Must be one of: a."],
    [z.uuid(), "x", "Must be an ID (UUID)."],
    [z.iso.datetime(), "x", "Must be a date and time, for example 2030-01-31T12:00:00Z."],
    [z.string().regex(/^a/), "b", "This value is not in the expected form."],
    [z.union([z.string(), z.number()]), true, "This value is not valid."],
  ])("%#: says what to enter", (schema, input, words) => {
    expect(wordsFor(schema, input)).toBe(words);
  });
  it("stays behind the words of a schema", () => {
    expect(wordsFor(z.string().min(1, "Enter a name."), "")).toBe("Enter a name.");
    expect(wordsFor(z.string({ error: "Must be one line." }), 1)).toBe("Must be one line.");
  });
});
