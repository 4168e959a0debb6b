import { z } from "zod";

/** What every answer shows in place of a secret (contract, section 1). */
export const SECRET_MASK = "**********";

/**
 * Marks a field of a plug-in's config as secret. The one mark encrypts it at rest, masks it in answers,
 * redacts it in logs and draws a password input.
 */
export function secret() {
  return z.string().max(16_384).meta({ secret: true, format: "password", writeOnly: true });
}

/** Peels optional, nullable and default wrappers off a schema. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  for (;;) {
    const def = current._zod.def as { type: string; innerType?: z.core.$ZodType };
    if (
      !def.innerType ||
      !["optional", "nullable", "default", "prefault", "nonoptional"].includes(def.type)
    ) {
      return current;
    }
    current = def.innerType;
  }
}

/** The metadata of a schema or of the first schema under its wrappers that has any. */
export function metaOf(schema: z.core.$ZodType): Record<string, unknown> {
  return { ...z.globalRegistry.get(unwrap(schema)), ...z.globalRegistry.get(schema) };
}

/** Secrets that a new value of this one makes void: the `replaces` of its meta. */
export function replacedBy(schema: z.core.$ZodType, field: string): string[] {
  const inner = unwrap(schema);
  const own = inner instanceof z.ZodObject ? inner.shape[field] : undefined;
  const { replaces } = own === undefined ? {} : metaOf(own as z.core.$ZodType);
  return Array.isArray(replaces) ? replaces.map(String) : [];
}

/** Names of the top-level fields that `secret()` marks. */
export function secretFieldsOf(schema: z.core.$ZodType): string[] {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape)
    .filter(([, field]) => metaOf(field as z.core.$ZodType).secret === true)
    .map(([name]) => name);
}
