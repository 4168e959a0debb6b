import { BSON } from "bson";
import type { Db } from "mongodb";
import { bsonTypeOf } from "#lib/engines/mongodb/bson-type";
import { databaseOf, type MongodbConfig } from "#lib/engines/mongodb/config";
import { listNames } from "#lib/engines/mongodb/databases";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { type CollectionRef, listCollections } from "#lib/engines/mongodb/inventory";
import { withSession } from "#lib/engines/mongodb/session";
import type { EngineIo, SchemaColumn, SchemaTable } from "#lib/engines/types";

const MAX_COLLECTIONS = 5000;
const SAMPLES = 5;
const MAX_TEXT = 200;
const MAX_ENTRIES = 20;
const MAX_DEPTH = 4;
/** Collections that are asked about at the same time; each takes a connection of the session's four. */
const AT_ONCE = 4;

/**
 * Collections with counts from the server's statistics and fields as a few documents show them. Without a
 * database those of all databases that the login sees, each as a schema of its own.
 */
export async function describeMongodb(config: MongodbConfig, io: EngineIo): Promise<SchemaTable[]> {
  try {
    return await withSession(config, io.signal, async ({ client, db }) => {
      if (databaseOf(config) !== null) return await collectionsOf(db, null, MAX_COLLECTIONS, io);
      const tables: SchemaTable[] = [];
      for (const name of await listNames(client)) {
        tables.push(...(await collectionsOf(client.db(name), name, MAX_COLLECTIONS - tables.length, io)));
      }
      return tables;
    });
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainMongodb(error);
  }
}

async function collectionsOf(
  db: Db,
  schema: string | null,
  most: number,
  io: EngineIo,
): Promise<SchemaTable[]> {
  const collections = (await listCollections(db)).slice(0, most);
  const tables: SchemaTable[] = [];
  for (let at = 0; at < collections.length; at += AT_ONCE) {
    io.signal.throwIfAborted();
    const some = collections.slice(at, at + AT_ONCE);
    tables.push(...(await Promise.all(some.map((collection) => tableOf(db, schema, collection)))));
  }
  return tables;
}

async function tableOf(db: Db, schema: string | null, { name, type }: CollectionRef): Promise<SchemaTable> {
  const view = type === "view";
  const documents = await db.collection(name).find({}, { limit: SAMPLES, promoteValues: false }).toArray();
  const stats = view ? null : await statistics(db, name);
  return {
    schema,
    name,
    kind: view ? "view" : "collection",
    rowsEstimate: stats?.count ?? null,
    sizeBytes: stats?.bytes ?? null,
    columns: columnsOf(documents),
    samples: documents.map((document) => shortened(document, 0)),
  };
}

/** Null where the user may read the collection but not its statistics. */
async function statistics(db: Db, name: string): Promise<{ count: number; bytes: number } | null> {
  const stages = [{ $collStats: { storageStats: {} } }];
  const found = await db
    .collection(name)
    .aggregate(stages)
    .toArray()
    .catch(() => []);
  if (found.length === 0) return null;
  // One answer for each shard.
  const sum = (field: string) =>
    found.reduce((total, each) => total + Number(each.storageStats?.[field] ?? 0), 0);
  return { count: sum("count"), bytes: sum("storageSize") + sum("totalIndexSize") };
}

/** Top-level fields in the order in which documents show them; all types that were seen. */
export function columnsOf(documents: readonly BSON.Document[]): SchemaColumn[] {
  const fields = new Map<string, { types: Set<string>; seen: number }>();
  for (const document of documents) {
    for (const [name, value] of Object.entries(document)) {
      const field = fields.get(name) ?? { types: new Set(), seen: 0 };
      field.types.add(typeOf(value));
      field.seen += 1;
      fields.set(name, field);
    }
  }
  return [...fields].map(([name, { types, seen }]) => ({
    name,
    type: [...types].sort().join(" | "),
    nullable: name !== "_id" && (seen < documents.length || types.has("null")),
    primaryKey: name === "_id",
  }));
}

/** By the names of `$type` (MongoDB manual, BSON types) where JavaScript has one of its own. */
function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof Date) return "date";
  if (value instanceof RegExp) return "regex";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  if (typeof value === "bigint") return "long";
  if (typeof value !== "object") return typeof value;
  const bson = bsonTypeOf(value);
  return bson === null ? "object" : bson.charAt(0).toLowerCase() + bson.slice(1);
}

/** A document as JSON that is small enough to be shown, whatever it holds. */
export function shortened(value: unknown, depth: number): unknown {
  if (typeof value === "string") {
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  }
  if (bsonTypeOf(value) === "Binary") return `binary (${(value as BSON.Binary).length()} bytes)`;
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH) return `array (${value.length})`;
    const kept = value.slice(0, MAX_ENTRIES).map((each) => shortened(each, depth + 1));
    return value.length > MAX_ENTRIES ? [...kept, `… (${value.length - MAX_ENTRIES} more)`] : kept;
  }
  if (value === null || typeof value !== "object") return value ?? null;
  if (bsonTypeOf(value) !== null || value instanceof Date || value instanceof RegExp) {
    return JSON.parse(BSON.EJSON.stringify({ value }, { relaxed: true })).value;
  }
  const entries = Object.entries(value);
  if (depth >= MAX_DEPTH) return `object (${entries.length})`;
  const kept = entries.slice(0, MAX_ENTRIES * 5).map(([name, each]) => [name, shortened(each, depth + 1)]);
  return Object.fromEntries(kept);
}
