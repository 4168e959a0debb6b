import type { z } from "zod";
import type { FieldProblem } from "#lib/core/errors";

/** The `[{field, message}]` of a 422, each field under `prefix`. Every field that is not known is named. */
export function problemsOf(error: z.ZodError, prefix?: string): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return unknown.map((key) => ({
      field: [prefix, ...issue.path, key].filter((part) => part !== undefined).join("."),
      message: key === undefined ? issue.message : "This field is not known here.",
    }));
  });
}
