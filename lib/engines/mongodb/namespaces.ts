import { AppError } from "#lib/core/errors";
import type { Prelude } from "#lib/engines/mongodb/archive-scan";

/** `*` is mongorestore's wildcard and a backslash takes its meaning away (mongo-tools, mongorestore/ns). */
const literal = (name: string) => name.replace(/[\\*]/g, (character) => `\\${character}`);

/**
 * The one database of the archive that is restored: the one that the backup was taken of, else the only one.
 * Throws RESTORE_FAILED.
 */
export function sourceDatabase(prelude: Prelude, sourceName: string | null): string {
  const databases = [...new Set(prelude.collections.map(({ database }) => database))];
  if (sourceName !== null && databases.includes(sourceName)) return sourceName;
  const [only, ...more] = databases;
  if (only === undefined) {
    throw new AppError("RESTORE_FAILED", "The archive holds no collections. Nothing was changed.");
  }
  if (more.length > 0) {
    const names = databases.slice(0, 5).join(", ");
    const message = `The archive holds several databases (${names}); only one can be restored at a time.`;
    throw new AppError("RESTORE_FAILED", `${message} Nothing was changed.`);
  }
  return only;
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
