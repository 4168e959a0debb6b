import type { z } from "zod";

const TYPES: Readonly<Record<string, string>> = {
  string: "Must be text.",
  number: "Must be a number.",
  int: "Must be a whole number.",
  boolean: "Must be true or false.",
  array: "Must be a list.",
  object: "Must be an object.",
  record: "Must be an object.",
  date: "Must be a date.",
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "Must be an ID (UUID).",
  datetime: "Must be a date and time, for example 2030-01-31T12:00:00Z.",
  date: "Must be a date.",
  url: "Must be a web address.",
  email: "Must be an e-mail address.",
};

const NOT_VALID = "This value is not valid.";

/** Words for a person where a schema brings none of its own; zod's talk of types and operators. */
export function zodWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined || issue.input === null) return "This field is required.";
      return TYPES[issue.expected] ?? NOT_VALID;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_format":
      return FORMATS[issue.format] ?? "This value is not in the expected form.";
    case "invalid_value":
      if (issue.input === undefined || issue.input === null) return "This field is required.";
      return `Must be one of: ${issue.values.join(", ")}.`;
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}.`;
    default:
      return NOT_VALID;
  }
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const counted = minimum === 1 ? null : minimum;
  if (origin === "string")
    return counted === null ? "This field is required." : `At least ${counted} characters.`;
  if (origin === "array" || origin === "set" || origin === "map") {
    return counted === null ? "At least one entry." : `At least ${counted} entries.`;
  }
  return inclusive === false ? `Must be more than ${minimum}.` : `Must be at least ${minimum}.`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  if (origin === "string") return `At most ${maximum} characters.`;
  if (origin === "array" || origin === "set" || origin === "map")
    return maximum === 1 ? "At most one entry." : `At most ${maximum} entries.`;
  return inclusive === false ? `Must be less than ${maximum}.` : `Must be at most ${maximum}.`;
}
