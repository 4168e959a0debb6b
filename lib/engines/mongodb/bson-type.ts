/**
 * The BSON type of a value, such as "Binary"; null for plain ones. Asked by name, because the driver may
 * have loaded another copy of the same classes.
 */
export function bsonTypeOf(value: unknown): string | null {
  if (value === null || typeof value !== "object") return null;
  const type = (value as { _bsontype?: unknown })._bsontype;
  return typeof type === "string" ? type : null;
}
