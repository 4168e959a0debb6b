/**
 * The one place where the API's snake_case meets our camelCase. Values under these keys are stored JSON with
 * fixed names of their own (contract, section 6), or a source's own data, and pass as they are.
 */
const OPAQUE = new Set([
  "config",
  "connectionConfig",
  "retentionPolicy",
  "backupOptions",
  "metadata",
  "details",
  "value",
  "changes",
  "rows",
  "samples",
]);

/** True for keys whose values pass as they are. */
export function isOpaque(camelName: string): boolean {
  return OPAQUE.has(camelName);
}

export function camelKey(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Names that the contract itself writes in camelCase (section 1, lists). */
const CAMEL_ON_THE_WIRE = new Set(["totalPages"]);

export function snakeKey(key: string): string {
  if (CAMEL_ON_THE_WIRE.has(key)) return key;
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A request's JSON as use cases read it. Keys of prototypes never arrive. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key]) => key !== "__proto__");
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      const name = camelKey(key);
      return [name, isOpaque(name) ? inner : fromWire(inner)];
    }),
  );
}

/** A use case's answer as JSON: dates in ISO-8601 UTC, bigint as a number where it is exact, else as text. */
export function toWire(value: unknown): unknown {
  if (typeof value === "bigint") return wireBigint(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toWire);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [snakeKey(key), isOpaque(key) ? inner : toWire(inner)]),
  );
}

/** A dotted path of input fields as the wire names them: `connectionConfig.ssl_ca` -> `connection_config.ssl_ca`. */
export function wirePath(path: string): string {
  return path.split(".").map(snakeKey).join(".");
}

function wireBigint(value: bigint): number | string {
  const exact = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return exact ? Number(value) : value.toString();
}
