import { createHash } from "node:crypto";
import { BSON } from "bson";
import { bsonTypeOf } from "#lib/engines/mongodb/bson-type";

/** Longer than this, a collection's indexes are recorded as a digest. */
const MAX_TEXT = 400;
/** Versions and the old namespace differ from server to server; they are no part of what an index does. */
const INCIDENTAL = new Set(["v", "ns", "background", "textIndexVersion", "2dsphereIndexVersion"]);

/**
 * A collection's indexes as a text that is the same for the same indexes, whether they come from an archive's
 * metadata or from a server: in name order, options in name order, keys in their own, which matters.
 */
export function indexText(indexes: readonly BSON.Document[]): string {
  const lines = indexes.map(lineOf).sort();
  const text = lines.join("; ");
  if (text.length <= MAX_TEXT) return text;
  const digest = createHash("sha256").update(text).digest("hex");
  return `${lines.length} indexes, sha256:${digest}`;
}

function lineOf(index: BSON.Document): string {
  const { name, key, ...rest } = index;
  const options = Object.entries(rest)
    .filter(([option, value]) => !INCIDENTAL.has(option) && value !== false)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([option, value]) => ` ${option}=${json(value)}`);
  return `${String(name)} ${json(key)}${options.join("")}`;
}

/** Relaxed, so that 1 as an integer, a long or a double reads alike. */
const json = (value: unknown) => BSON.EJSON.stringify(plain(value), { relaxed: true });

function plain(value: unknown): unknown {
  const type = bsonTypeOf(value);
  if (type === "Double" || type === "Int32") return (value as BSON.Double | BSON.Int32).valueOf();
  if (type === "Long") return (value as BSON.Long).toNumber();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object" || type !== null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** The indexes in an archive's metadata; empty where it names none. */
export function indexesOf(metadata: string): BSON.Document[] {
  if (metadata === "") return [];
  const { indexes } = BSON.EJSON.parse(metadata) as { indexes?: BSON.Document[] };
  return indexes ?? [];
}
