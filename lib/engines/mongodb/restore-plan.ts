import { AppError } from "#lib/core/errors";
import { fullName, type Prelude } from "#lib/engines/mongodb/archive-scan";
import { databaseOf, type MongodbConfig } from "#lib/engines/mongodb/config";
import {
  isServersOwn,
  literal,
  renameArguments,
  sourceDatabase,
  usersDatabases,
} from "#lib/engines/mongodb/namespaces";
import type { LogLevel, RestoreOptions } from "#lib/engines/types";

/** What of an archive goes where, and how mongorestore is told. */
export interface RestorePlan {
  readonly arguments: readonly string[];
  /** Collections that come in by the database that they go to, without those of the server's own databases. */
  readonly incoming: ReadonlyMap<string, readonly string[]>;
  /** How a message calls the target, and the sentence that it is as empty as it was. */
  readonly target: string;
  readonly emptyAgain: string;
  readonly replaysOplog: boolean;
  /** Users and roles come in too. */
  readonly hasUsers: boolean;
  /** For the log, before anything happens. */
  readonly notes: readonly { readonly level: LogLevel; readonly text: string }[];
}

const SERVER = {
  target: "The target server",
  emptyAgain: "On the target server the databases of the backup are empty again, as they were.",
};

type Wanted = Pick<RestoreOptions, "tables" | "sourceName" | "databases" | "dropExisting">;

/**
 * Into the config's database where it names one, else all of the archive under its own names. Only the latter
 * can replay an oplog: mongorestore takes neither names nor renames with it (mongorestore.go,
 * ParseAndValidateOptions). Throws RESTORE_FAILED or NOT_FOUND; nothing has been touched.
 */
export function planRestore(prelude: Prelude, config: MongodbConfig, options: Wanted): RestorePlan {
  if (prelude.collections.length === 0) {
    throw new AppError("RESTORE_FAILED", "The archive holds no collections. Nothing was changed.");
  }
  if (options.databases !== undefined) return beside(prelude, options.databases);
  const target = databaseOf(config);
  return target === null ? intoServer(prelude, options) : intoDatabase(prelude, target, options);
}

const namesIn = ({ collections }: Prelude, database: string) =>
  collections.filter((collection) => collection.database === database).map(({ name }) => name);

/** Every database under another name. The server's own have no place there, and the oplog is left out. */
function beside(prelude: Prelude, databases: Readonly<Record<string, string>>): RestorePlan {
  const pairs = Object.entries(databases);
  return {
    arguments: pairs.flatMap(([source, target]) => renameArguments(source, target, null)),
    incoming: new Map(pairs.map(([source, target]) => [target, namesIn(prelude, source)])),
    ...SERVER,
    replaysOplog: false,
    hasUsers: false,
    notes: [],
  };
}

function intoDatabase(prelude: Prelude, target: string, options: Wanted): RestorePlan {
  const source = sourceDatabase(prelude, options.sourceName, target);
  const held = namesIn(prelude, source);
  const chosen = options.tables.length > 0;
  if (chosen) refuseMissing(options.tables, held);
  const ofServer = prelude.hasOplog || prelude.collections.some(({ database }) => database !== source);
  const text =
    `Of the whole server's backup only the database ${source} is restored. The oplog is not replayed: ` +
    "what was written during the dump may be there or not.";
  return {
    arguments: renameArguments(source, target, chosen ? options.tables : null),
    incoming: new Map([[target, chosen ? options.tables : held]]),
    target: `The target database ${target}`,
    emptyAgain: `The target database ${target} is empty again, as it was.`,
    replaysOplog: false,
    hasUsers: false,
    notes: ofServer ? [{ level: "warn", text }] : [],
  };
}

function intoServer(prelude: Prelude, options: Wanted): RestorePlan {
  const databases = usersDatabases(prelude.collections);
  const [only, ...more] = databases;
  // A backup of one database knows its collections by their bare names.
  const known = (table: string) =>
    only !== undefined && more.length === 0 && namesIn(prelude, only).includes(table)
      ? `${only}.${table}`
      : table;
  const tables = options.tables.map(known);
  refuseMissing(tables, prelude.collections.map(fullName));
  const all = tables.length === 0;
  const replaysOplog = all && prelude.hasOplog;
  const incoming = prelude.collections.filter(
    (collection) => !isServersOwn(collection.database) && (all || tables.includes(fullName(collection))),
  );
  const hasUsers = all && namesIn(prelude, "admin").some((name) => /^system\.(users|roles)$/.test(name));
  // The state of a sharded cluster belongs to that cluster; with the oplog nothing can be left out.
  const chosen = all ? ["--nsExclude=config.*"] : tables.map((table) => `--nsInclude=${literal(table)}`);
  return {
    arguments: replaysOplog ? ["--oplogReplay"] : chosen,
    incoming: new Map(
      usersDatabases(incoming).map((database) => [
        database,
        incoming.filter((each) => each.database === database).map(({ name }) => name),
      ]),
    ),
    ...SERVER,
    replaysOplog,
    hasUsers,
    notes: serverNotes({ databases: usersDatabases(incoming), replaysOplog, hasUsers }, prelude, options),
  };
}

function serverNotes(
  plan: { databases: readonly string[]; replaysOplog: boolean; hasUsers: boolean },
  prelude: Prelude,
  { dropExisting }: Wanted,
): RestorePlan["notes"] {
  const note = (level: LogLevel, text: string) => ({ level, text });
  const dropped = dropExisting ? "; collections of the same names are dropped first" : "";
  const users = dropExisting ? "replace all that the server has" : "are added to those of the server";
  return [
    note("info", `Restoring the databases ${plan.databases.join(", ")}${dropped}`),
    ...(plan.hasUsers ? [note("warn", `The backup's users and roles ${users}`)] : []),
    ...(plan.replaysOplog
      ? [note("info", "The oplog is replayed at last: all are then of one instant")]
      : []),
    ...(prelude.hasOplog && !plan.replaysOplog
      ? [note("warn", "The oplog is not replayed for chosen collections: they may differ in time")]
      : []),
  ];
}

function refuseMissing(tables: readonly string[], held: readonly string[]): void {
  const missing = tables.filter((table) => !held.includes(table));
  if (missing.length === 0) return;
  throw new AppError("NOT_FOUND", `The backup does not hold ${missing.join(", ")}. Nothing was changed.`);
}
