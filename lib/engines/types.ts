import type { z } from "zod";
import type { AppError } from "#lib/core/errors";

export const DATASOURCE_TYPES = [
  "postgres",
  "mysql",
  "mariadb",
  "mongodb",
  "sqlserver",
  "sqlite",
  "files",
] as const;
export type DatasourceType = (typeof DATASOURCE_TYPES)[number];

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where on this machine an engine may look, for those whose source is a path. */
export interface EnginePlaces {
  /** Real paths under which sources and targets must lie (LOCAL_STORAGE_ROOT_PATH). */
  readonly allowedRoots: readonly string[];
  /** Our own data directory and the roots of local storages: never part of a backup. */
  readonly ownPaths: readonly string[];
}

/** What a running engine call may use of the outside: nothing else. */
export interface EngineIo {
  /** Aborting ends every process and connection the call opened; the call then rejects. */
  readonly signal: AbortSignal;
  /** One line for the execution's log. Lines are cleaned and secrets removed by the receiver too. */
  readonly log: (level: LogLevel, message: string) => void;
  /** An existing private directory (0700) for this call; its owner removes it afterwards. */
  readonly tempDirectory: string;
  readonly places: EnginePlaces;
}

export interface ProbeReport {
  readonly latencyMs: number;
  /** Human version of the server, for example "15.18". */
  readonly serverVersion: string;
  /** Contract, section 5, health_checks.metadata. */
  readonly details: {
    readonly database_version?: string;
    readonly server_uptime?: number;
    readonly active_connections?: number;
    readonly disk_usage_percent?: number;
    readonly database_size_bytes?: number;
    /** Of a tree of files; a large one is not counted to its end. */
    readonly entries_approximate?: number;
  };
}

/** The subset of a job's backup options that an engine reads. */
export interface DumpOptions {
  readonly includeTables: readonly string[];
  readonly excludeTables: readonly string[];
  readonly parallelJobs: number;
  /** Files that cannot be read: end the backup, or list them as warnings and go on. */
  readonly onUnreadable: "fail" | "warn";
}

/**
 * What not every engine can honour of `DumpOptions`: the lists of tables, several jobs at once, the policy for
 * files that cannot be read.
 */
export type DumpChoice = "tables" | "parallel" | "unreadable";

/** What a source held at the instant of the dump, small enough for a manifest. */
export interface Inventory {
  /** Exact counts: rows of `schema.table`, documents of a collection, "files" and "bytes" of a tree. */
  readonly tables: Readonly<Record<string, number>>;
  /** Further facts that must come back equal, such as the indexes of a collection or the digest of a file list. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Known once the tool has exited 0 and its stream has ended. */
export interface DumpFacts {
  readonly databaseVersion: string;
  /** Client tool and its version, for example "pg_dump 15.18". */
  readonly toolVersion: string;
  readonly tablesBackedUp: number;
  readonly rowsApproximate: number;
  readonly filesCount?: number;
  readonly inventory: Inventory;
  /** Of a whole server: the databases that the dump holds; their names begin those of the inventory's tables. */
  readonly databases?: readonly string[];
  /** Warnings of the tool, capped, without secrets. */
  readonly engineOutput: readonly string[];
}

/** A dump on its way. */
export interface Dump {
  /** With the leading dot, for example ".dump" (contract, section 6, layout). */
  readonly extension: `.${string}`;
  /** Size of the source in bytes where the engine knows it, for progress; not exact. */
  readonly estimatedBytes: number | null;
  /**
   * Blocks in order. A block is the consumer's until it calls `release(block)`; blocks come from a small
   * pool, so holding them all stops the dump (that is the backpressure). Where they break off, `finished`
   * rejects by itself and says why.
   */
  readonly blocks: AsyncIterable<Buffer>;
  readonly release: (block: Buffer) => void;
  /** Bytes that the source has given so far, also those that fill no block yet: what a stall is told by. */
  readonly received: () => number;
  /**
   * Resolves when the tool exited 0 without a signal AND its output ended well; rejects otherwise, also when
   * the stream itself ended cleanly. Await it together with the blocks.
   */
  readonly finished: Promise<DumpFacts>;
}

/**
 * A lasting memory of what is made on a server under a name of its own, so that it goes also where this process
 * dies. It rejects where another attempt has taken over: then nothing may be made or put in place any more.
 */
export interface TemporaryNames {
  /** Before anything of these names is made. One to `keep` is remembered, but nobody else drops it later. */
  record(names: readonly string[], options?: { readonly keep: boolean }): Promise<void>;
  /** Never rejects: what is still remembered is dropped once more, which does no harm. */
  dropped(name: string): Promise<void>;
  /** Not ours to drop: nothing was made under these names, or what was is the target now. */
  forget(names: readonly string[]): Promise<void>;
}

export interface RestoreOptions {
  /** Remove what the target holds under the same names before restoring. */
  readonly dropExisting: boolean;
  /** Only these tables (`schema.table`); empty means all. */
  readonly tables: readonly string[];
  readonly parallelJobs: number;
  /** The artifact's extension as in its manifest, for example ".dump". */
  readonly extension: string;
  /** What the backup was taken of, as `subject()` named it; null where an old manifest does not say. */
  readonly sourceName: string | null;
  /** For a dump of a whole server: the name that each of its databases gets, in place of the config's. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Where the engine remembers what it makes beside the target; the verification's `dropTemporary` takes it away. */
  readonly temporary?: TemporaryNames;
}

export interface RestoreFacts {
  readonly toolVersion: string;
  readonly databaseVersion: string;
  readonly engineOutput: readonly string[];
}

/** Optional capability: restore into a database of its own and look at what arrived. */
export interface Verification<Config> {
  /**
   * Creates the empty database `name` on the server of `config` and answers the config that points to it. Where
   * it rejects nothing was made, except for what `isUnfinished` (lib/engines/with-temporary.ts) tells.
   */
  createTemporary(config: Config, name: string, io: EngineIo): Promise<Config>;
  /** Exact contents of the database that `config` points to. */
  inventory(config: Config, io: EngineIo): Promise<Inventory>;
  /**
   * Drops what this product made under that name on the server of `config`, whoever is connected to it, and
   * refuses any other name. One that is not there is fine.
   */
  dropTemporary(config: Config, name: string, io: EngineIo): Promise<void>;
}

/** What one client tool on this machine is. */
export interface ToolReport {
  readonly name: string;
  readonly path: string | null;
  readonly version: string | null;
  /** What to type to get it, where it is missing. */
  readonly install: string;
  /** The value of a config's field without which nobody needs it; absent: every backup of the type does. */
  readonly onlyFor?: { readonly field: string; readonly value: string };
}

/** Optional capability: a server that holds several databases, each of which can be backed up by itself. */
export interface Databases<Config> {
  /** In name order, without the server's own. */
  list(config: Config, io: EngineIo): Promise<string[]>;
  /** The config that points to the database `name` of the same server. */
  select(config: Config, name: string): Config;
}

export interface SchemaColumn {
  readonly name: string;
  /** As the server writes it, for example "character varying(40)". */
  readonly type: string;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
}

export interface SchemaTable {
  /** Null where the engine has no schemas. */
  readonly schema: string | null;
  readonly name: string;
  readonly kind: "table" | "view" | "collection";
  /** From the server's statistics; null where it keeps none. */
  readonly rowsEstimate: number | null;
  /** On disk with indexes, in bytes. */
  readonly sizeBytes: number | null;
  readonly columns: readonly SchemaColumn[];
  /** A few documents as JSON values, for collections. */
  readonly samples?: readonly unknown[];
}

export interface QueryLimits {
  readonly maxRows: number;
  /** Also a limit at the server where it has one, so that nothing goes on there. */
  readonly timeoutMs: number;
  /** Of the answer's values as text; the rest is left out and `truncated` set. */
  readonly maxBytes: number;
}

/** Values are JSON: numbers only where they are exact, else text; bytes as "\\x…"; NULL is null. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string | null }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
}

/**
 * An engine knows one datasource type. Adding one is: this file's promises in `lib/engines/<type>.ts`, one
 * line in `registry.ts`, one line that runs `contract.ts` against a real server.
 *
 * Promises: nothing secret in argv or logs; no shell; a child never outlives its parent (process group and
 * parent-death signal); every rejection is an `AppError` from `explain()`.
 */
export interface Engine<Config extends object = object> {
  readonly type: DatasourceType;
  readonly label: string;
  /** Keys as stored and on the wire (snake_case). `secret()` marks secrets. The form draws itself from it. */
  readonly config: z.ZodType<Config>;
  /** Names the artifact's file: the database, or the last part of a path. */
  subject(config: Config): string;
  probe(config: Config, io: EngineIo): Promise<ProbeReport>;
  dump(config: Config, options: DumpOptions, io: EngineIo): Promise<Dump>;
  /** What a person may choose about a dump; forms offer nothing else. Absent: nothing. */
  readonly choices?: readonly DumpChoice[];
  /**
   * Reads `bytes` (the plain dump, decompressed) to its end into the target. Resolves only when the tool
   * exited 0; rejects with RESTORE_FAILED that says what state the target is in.
   */
  restore(
    config: Config,
    bytes: AsyncIterable<Uint8Array>,
    options: RestoreOptions,
    io: EngineIo,
  ): Promise<RestoreFacts>;
  explain(error: unknown): AppError;
  tools(): Promise<ToolReport[]>;
  readonly verification?: Verification<Config>;
  readonly databases?: Databases<Config>;
  /** Tables with columns, sizes and estimates, in name order, at most 5,000. */
  schema?(config: Config, io: EngineIo): Promise<SchemaTable[]>;
  /**
   * Runs one statement that can only read: the server itself refuses every change (a read-only transaction or
   * connection). Rejects with QUERY_EXECUTION_FAILED in the server's words.
   */
  query?(config: Config, sql: string, limits: QueryLimits, io: EngineIo): Promise<QueryResult>;
}
