import { AppError } from "#lib/core/errors";
import type { ArchiveCollection, Prelude } from "#lib/engines/mongodb/archive-scan";

const SERVERS_OWN = new Set(["admin", "config", "local"]);

/** What a server keeps for itself: users and roles, sharding, replication. */
export const isServersOwn = (database: string) => SERVERS_OWN.has(database);

/** The databases of these collections in name order, without the server's own. */
export function usersDatabases(collections: readonly Pick<ArchiveCollection, "database">[]): string[] {
  const names = new Set(collections.map(({ database }) => database));
  return [...names].filter((name) => !isServersOwn(name)).sort();
}

/** `*` is mongorestore's wildcard and a backslash takes its meaning away (mongo-tools, mongorestore/ns). */
export const literal = (name: string) => name.replace(/[\\*]/g, (character) => `\\${character}`);

/**
 * The one database of the archive that goes into the database `target`: the one that the backup was taken of,
 * else the only one, else, of a whole server's, the one of the same name. Throws RESTORE_FAILED.
 */
export function sourceDatabase(prelude: Prelude, sourceName: string | null, target: string): string {
  const held = new Set(prelude.collections.map(({ database }) => database));
  if (sourceName !== null && held.has(sourceName)) return sourceName;
  const users = usersDatabases(prelude.collections);
  const databases = users.length > 0 ? users : [...held];
  const [only, ...more] = databases;
  if (only !== undefined && more.length === 0) return only;
  if (held.has(target)) return target;
  const names = databases.slice(0, 10).join(", ") + (databases.length > 10 ? " and more" : "");
  throw new AppError(
    "RESTORE_FAILED",
    `The backup holds the databases ${names}, but none called ${target}. Name one of them as the target database, ` +
      "or restore all of them into a datasource without a database. Nothing was changed.",
  );
}

/** Lets one database through, or only `names` of it, and gives it the target's name. */
export function renameArguments(source: string, target: string, names: readonly string[] | null): string[] {
  const from = literal(source);
  const included = names === null ? [`${from}.*`] : names.map((name) => `${from}.${literal(name)}`);
  return [
    ...included.map((pattern) => `--nsInclude=${pattern}`),
    ...(source === target ? [] : [`--nsFrom=${from}.*`, `--nsTo=${literal(target)}.*`]),
  ];
}
