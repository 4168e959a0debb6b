import { z } from "zod";
import { Globs, MAX_PATTERN } from "#lib/engines/files/glob";
import { absolutePath } from "#lib/engines/with-local-path";

/** A pattern that would never end, or multiplies, is refused here; see `Globs`. */
const pattern = z
  .string()
  .trim()
  .min(1)
  .max(MAX_PATTERN)
  .regex(/^[^\0]*$/, "Must not hold a NUL.")
  .superRefine((text, context) => {
    try {
      new Globs([text]);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  });

const patterns = z.array(pattern).max(200).default([]).meta({ control: "list", mono: true });

/** Keys as in the contract, section 6. */
export const filesConfig = z.strictObject({
  source_path: absolutePath("path of the directory").meta({ placeholder: "/srv/app/uploads" }),
  include_patterns: patterns,
  exclude_patterns: patterns,
});

export type FilesConfig = z.infer<typeof filesConfig>;
