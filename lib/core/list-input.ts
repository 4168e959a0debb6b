import { z } from "zod";
import { camelKey } from "#lib/core/wire";

/** As Next hands the query string of a page over. */
export type SearchParams = Readonly<Record<string, string | string[] | undefined>>;

/**
 * What of a page's address fits a list's input: names as on the wire, everything unknown or not valid left
 * out, so that an old or mistyped link shows a list and no error.
 */
export function listInput<S extends z.ZodObject>(schema: S, params: SearchParams): Partial<z.input<S>> {
  const shape: Record<string, z.core.$ZodType> = schema.shape;
  const given: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(params)) {
    const value = Array.isArray(raw) ? raw[0] : raw;
    const name = camelKey(key);
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field && value && z.safeParse(field, value).success) given[name] = value;
  }
  return given as Partial<z.input<S>>;
}
