import { AppError } from "#lib/core/errors";
import type { CollectionRef } from "#lib/engines/mongodb/inventory";
import type { DumpOptions } from "#lib/engines/types";

export interface Selection {
  /** Collections and views that the dump will hold. */
  readonly names: readonly string[];
  readonly excluded: readonly string[];
}

/**
 * What a dump with these options holds. An included name that is not there throws VALIDATION_ERROR: a backup
 * without the collection that was asked for is none. An excluded one that is not there is only told.
 */
export function selectCollections(
  collections: readonly CollectionRef[],
  options: Pick<DumpOptions, "includeTables" | "excludeTables">,
  warn: (message: string) => void,
): Selection {
  const all = collections.map(({ name }) => name);
  const missing = options.includeTables.filter((name) => !all.includes(name));
  if (missing.length > 0) {
    const message = `Collections to include are not in the database: ${missing.join(", ")}.`;
    throw new AppError("VALIDATION_ERROR", message, {
      details: [{ field: "backup_options.include_tables", message: `Not found: ${missing.join(", ")}` }],
    });
  }
  for (const name of options.excludeTables) {
    if (!all.includes(name)) warn(`The collection to exclude, ${name}, is not in the database.`);
  }
  const included = options.includeTables.length > 0 ? options.includeTables : all;
  const names = all.filter((name) => included.includes(name) && !options.excludeTables.includes(name));
  return { names, excluded: all.filter((name) => !names.includes(name)) };
}

/** mongodump takes one collection, or names to leave out: several to include are all others left out. */
export function selectionArguments({ names, excluded }: Selection): string[] {
  const [only] = names;
  if (excluded.length === 0) return [];
  if (names.length === 1 && only !== undefined) return [`--collection=${only}`];
  return excluded.map((name) => `--excludeCollection=${name}`);
}
