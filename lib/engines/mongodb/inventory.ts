import type { ArchiveScan } from "#lib/engines/mongodb/archive-scan";
import { indexesOf, indexText } from "#lib/engines/mongodb/indexes";
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
export async function listCollections({ db }: Session): Promise<CollectionRef[]> {
  const found = await db.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
  return found
    .map(({ name, type }) => ({ name, type: type ?? "collection" }))
    .filter(({ name }) => !isInternal(name) && !name.startsWith(BUCKETS))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const factName = (collection: string) => `${collection} (indexes)`;

/** What the archive holds, counted in the archive itself: there is no snapshot to count in beside it. */
export function archivedInventory(scan: ArchiveScan): Inventory {
  const tables = new Map<string, number>();
  const facts = new Map<string, string>();
  for (const [full, count] of scan.documents()) tables.set(full.slice(full.indexOf(".") + 1), count);
  for (const { name, type, metadata } of scan.prelude?.collections ?? []) {
    // A view comes as an empty collection.
    if (type === "view") tables.delete(name);
    else facts.set(factName(name), indexText(indexesOf(metadata)));
  }
  return { tables: sorted(tables), facts: sorted(facts) };
}

/** What a database holds, counted exactly, one collection after another. */
export async function databaseInventory(session: Session): Promise<Inventory> {
  const tables = new Map<string, number>();
  const facts = new Map<string, string>();
  for (const { name, type } of await listCollections(session)) {
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
