import type { FieldProblem } from "#lib/core/errors";

/** The `[{field, message}]` of a 422, or nothing when the details are something else. */
export function fieldProblemsOf(details: unknown): FieldProblem[] {
  if (!Array.isArray(details)) return [];
  return details.filter(
    (item): item is FieldProblem =>
      typeof item === "object" &&
      item !== null &&
      typeof (item as FieldProblem).field === "string" &&
      typeof (item as FieldProblem).message === "string",
  );
}

/** Whether a dotted name such as `connection_config.host` or `storage_targets.0.order` leads somewhere. */
export function hasPath(values: unknown, path: string): boolean {
  let current = values;
  for (const key of path.split(".")) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return false;
    current = (current as Record<string, unknown>)[key];
  }
  return true;
}
