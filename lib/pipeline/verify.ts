import { AppError } from "#lib/core/errors";
import type { Engine, Inventory, RestoreFacts, TemporaryNames, Verification } from "#lib/engines/types";
import { isUnfinished } from "#lib/engines/with-temporary";
import { cancelled } from "#lib/pipeline/backup";
import { engineIo, type PipelineIo, type StorageTarget } from "#lib/pipeline/io";
import type { Manifest } from "#lib/pipeline/manifest";
import { type OnDamagedCopy, runRestore } from "#lib/pipeline/restore";

/** Time for making the temporary databases, and for dropping them, also after a failure or a cancel. */
const MAKE_TIMEOUT_MS = 60_000;
const DROP_TIMEOUT_MS = 60_000;

export interface VerificationRequest {
  readonly engine: Engine;
  /** Of the server on which the temporary database is made. */
  readonly config: object;
  readonly manifest: Manifest;
  readonly directory: string;
  readonly sources: readonly StorageTarget[];
  /** `dg_verify_<name>_<YYYYMMDDHHMMSS>`, at most 57 bytes; those of a whole server get `_1`, `_2` … behind it. */
  readonly databaseName: string;
  readonly keepDatabase: boolean;
  /** Remembers what is to be dropped, should this process not get to it. */
  readonly temporary: TemporaryNames;
  readonly onDamagedCopy?: OnDamagedCopy;
}

export interface TableComparison {
  readonly table: string;
  /** Rows (or a fact as text); null where that side does not have the table. */
  readonly expected: number | string | null;
  readonly actual: number | string | null;
}

export interface VerificationReport {
  readonly ok: true;
  /** Of a whole server the first and the last. */
  readonly databaseName: string;
  readonly kept: boolean;
  readonly tables: readonly TableComparison[];
  readonly rows: number;
  readonly sourceStorageLocationId: string;
}

/**
 * Restores into a temporary database, of a whole server into one for each of its databases, compares tables and
 * exact row counts with those recorded in the dump's own snapshot, and drops it, also after a failure.
 * VERIFICATION_FAILED lists the differences in `details.tables`.
 */
export async function runVerification(
  request: VerificationRequest,
  io: PipelineIo,
): Promise<VerificationReport> {
  const { engine, manifest } = request;
  const expected = manifest.metadata.inventory;
  const verification = engine.verification;
  if (verification === undefined || expected === undefined) {
    const message = "This backup cannot be verified: its type has no such way, or it recorded no row counts.";
    throw new AppError("RESTORE_NOT_SUPPORTED", message);
  }
  const places = placesOf(request);
  const databaseName = shownName(places);
  const made: Made[] = [];
  let keep = false;
  try {
    await makeAll(made, places, verification, request, io);
    const facts = await restoreInto(made, request, io);
    const found: Inventory[] = [];
    for (const { source, config } of made) {
      found.push(namedAfter(source, await verification.inventory(config, engineIo(io))));
    }
    const tables = compare(expected, found);
    report(tables, databaseName);
    keep = request.keepDatabase;
    const rows = tables.reduce((sum, { actual }) => sum + (typeof actual === "number" ? actual : 0), 0);
    io.log("info", `${tables.length} tables with ${rows} rows are as they were at the dump`);
    return {
      ok: true,
      databaseName,
      kept: keep,
      tables,
      rows,
      sourceStorageLocationId: facts.sourceStorageLocationId,
    };
  } catch (error) {
    if (io.signal.aborted) throw cancelled(io.signal.reason);
    throw error;
  } finally {
    if (!keep) await dropAll(made, verification, request, io);
  }
}

interface Place {
  /** The database of the backup; null where the backup is of one, whatever that is called. */
  readonly source: string | null;
  /** The temporary database. */
  readonly name: string;
}

type Made = Place & { readonly config: object };

function placesOf({ manifest, databaseName }: VerificationRequest): Place[] {
  const { databases } = manifest.metadata;
  if (databases === undefined) return [{ source: null, name: databaseName }];
  return databases.map((source, index) => ({ source, name: `${databaseName}_${index + 1}` }));
}

function shownName(places: readonly Place[]): string {
  const [first, last] = [places[0]?.name ?? "", places.at(-1)?.name ?? ""];
  return first === last ? first : `${first} … ${last}`;
}

/**
 * Makes them one after another. A cancel waits for the one that is being made, because the server would finish
 * it all the same; one of which nobody knows whether it was made stays remembered.
 */
async function makeAll(
  all: Made[],
  places: readonly Place[],
  verification: Verification<object>,
  { engine, config, keepDatabase, temporary }: VerificationRequest,
  io: PipelineIo,
): Promise<void> {
  const names = places.map(({ name }) => name);
  await temporary.record(names, { keep: keepDatabase });
  const signal = AbortSignal.timeout(MAKE_TIMEOUT_MS);
  for (const [index, place] of places.entries()) {
    if (io.signal.aborted) {
      await temporary.forget(names.slice(index));
      throw cancelled(io.signal.reason);
    }
    try {
      const made = await verification.createTemporary(config, place.name, engineIo(io, signal));
      all.push({ ...place, config: made });
    } catch (error) {
      const notMade = error instanceof AppError && !isUnfinished(error);
      await temporary.forget(names.slice(notMade ? index : index + 1));
      throw engine.explain(error);
    }
  }
}

function restoreInto(
  made: readonly Made[],
  request: VerificationRequest,
  io: PipelineIo,
): Promise<RestoreFacts & { sourceStorageLocationId: string }> {
  for (const { source, name } of made) {
    io.log("info", `Made the temporary database ${name}${source === null ? "" : ` for ${source}`}`);
  }
  const renamed = made.flatMap(({ source, name }) => (source === null ? [] : [[source, name] as const]));
  const config = made[0]?.config ?? request.config;
  const options = { config, dropExisting: false, tables: [], parallelJobs: 1 };
  const databases = renamed.length > 0 ? { databases: Object.fromEntries(renamed) } : {};
  return runRestore({ ...request, ...options, ...databases }, io);
}

/** By the names that the inventory of a whole server has for the tables of one database. */
function namedAfter(source: string | null, { tables, facts = {} }: Inventory): Inventory {
  if (source === null) return { tables, facts };
  const named = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${source}.${name}`, value]));
  return { tables: named(tables), facts: named(facts) };
}

/** What a manifest read back holds: absent facts may be spelled as undefined. */
type Recorded = Pick<Inventory, "tables"> & { readonly facts?: Readonly<Record<string, string>> | undefined };

function compare(expected: Recorded, found: readonly Inventory[]): TableComparison[] {
  return [
    ...differences(expected.tables, joined(found.map(({ tables }) => tables))),
    ...differences(expected.facts ?? {}, joined(found.map(({ facts = {} }) => facts))),
  ];
}

const joined = <T>(records: readonly Readonly<Record<string, T>>[]) =>
  Object.fromEntries(records.flatMap((record) => Object.entries(record)));

function differences<T extends number | string>(
  expected: Readonly<Record<string, T>>,
  actual: Readonly<Record<string, T>>,
): TableComparison[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  return names.map((table) => ({ table, expected: expected[table] ?? null, actual: actual[table] ?? null }));
}

/** Throws where any table differs. */
function report(tables: readonly TableComparison[], databaseName: string): void {
  const wrong = tables.filter((table) => table.expected !== table.actual);
  if (wrong.length === 0) return;
  const shown = wrong
    .slice(0, 5)
    .map((t) => `${t.table}: ${t.expected ?? "absent"} expected, ${t.actual ?? "absent"} found`)
    .join("; ");
  const more = wrong.length > 5 ? ` and ${wrong.length - 5} more` : "";
  throw new AppError("VERIFICATION_FAILED", `The restored database differs: ${shown}${more}.`, {
    details: { ok: false, databaseName, kept: false, tables: wrong },
  });
}

/** Its own signal: after a cancel too, nothing may be left on the server. What cannot be dropped stays remembered. */
async function dropAll(
  made: readonly Made[],
  verification: Verification<object>,
  { engine, config, keepDatabase, temporary }: VerificationRequest,
  io: PipelineIo,
): Promise<void> {
  const signal = AbortSignal.timeout(DROP_TIMEOUT_MS);
  for (const { name } of made) {
    try {
      await verification.dropTemporary(config, name, engineIo(io, signal));
    } catch (error) {
      const why = engine.explain(error).message;
      const next = keepDatabase ? "Drop it by hand." : "This is tried again after the run.";
      io.log("error", `The temporary database ${name} could not be dropped: ${why} ${next}`);
      return;
    }
    await temporary.dropped(name);
  }
}
