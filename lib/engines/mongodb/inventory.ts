import type { Db } from "mongodb";
import { type ArchiveScan, fullName } from "#lib/engines/mongodb/archive-scan";
import { indexesOf, indexText } from "#lib/engines/mongodb/indexes";
import { isServersOwn } from "#lib/engines/mongodb/namespaces";
import type { Session } from "#lib/engines/mongodb/session";
import type { Inventory } from "#lib/engines/types";

const BUCKETS = "system.buckets.";

export interface CollectionRef {
  readonly name: string;
  /** "collection", "view" or "timeseries". */
  readonly type: string;
}

/** A server keeps these itself; a dump holds none of them but stored functions and a time series' buckets. */
export const isInternal = (name: string) =>
  name.startsWith("system.") && name !== "system.js" && !name.startsWith(BUCKETS);

/** What a dump of the database holds, in name order: views too, a time series under its own name only. */
export async function listCollections(db: Db): Promise<CollectionRef[]> {
  const found = await db.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
  return found
    .map(({ name, type }) => ({ name, type: type ?? "collection" }))
    .filter(({ name }) => !isInternal(name) && !name.startsWith(BUCKETS))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const factName = (collection: string) => `${collection} (indexes)`;

/**
 * What the archive holds, counted in the archive itself: there is no snapshot to count in beside it. Of a whole
 * server by `database.collection`, without the server's own databases, which a verification cannot restore
 * beside; what the oplog changes after the documents is not counted in, for a verification does not replay it.
 */
export function archivedInventory(scan: ArchiveScan, wholeServer: boolean): Inventory {
  const tables = new Map<string, number>();
  const facts = new Map<string, string>();
  const nameIn = (full: string) => (wholeServer ? full : full.slice(full.indexOf(".") + 1));
  const isCounted = (database: string) => !wholeServer || !isServersOwn(database);
  for (const [full, count] of scan.documents()) {
    if (isCounted(full.slice(0, full.indexOf(".")))) tables.set(nameIn(full), count);
  }
  for (const collection of scan.prelude?.collections ?? []) {
    const name = nameIn(fullName(collection));
    if (!isCounted(collection.database)) continue;
    // A view comes as an empty collection.
    if (collection.type === "view") tables.delete(name);
    else facts.set(factName(name), indexText(indexesOf(collection.metadata)));
  }
  return { tables: sorted(tables), facts: sorted(facts) };
}

/** What a database holds, counted exactly, one collection after another. */
export async function databaseInventory(session: Session): Promise<Inventory> {
  const tables = new Map<string, number>();
  const facts = new Map<string, string>();
  for (const { name, type } of await listCollections(session.db)) {
    if (type === "view") continue;
    const stored = type === "timeseries" ? `${BUCKETS}${name}` : name;
    tables.set(stored, await session.db.collection(stored).countDocuments());
    facts.set(factName(name), indexText(await session.db.collection(name).indexes()));
  }
  return { tables: sorted(tables), facts: sorted(facts) };
}

function sorted<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
