import { AppError } from "#lib/core/errors";
import type { Engine, Inventory, Verification } from "#lib/engines/types";
import { cancelled } from "#lib/pipeline/backup";
import { engineIo, type PipelineIo, type StorageTarget } from "#lib/pipeline/io";
import type { Manifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";

/** Time for dropping the temporary database after a failure or a cancel. */
const DROP_TIMEOUT_MS = 60_000;

export interface VerificationRequest {
  readonly engine: Engine;
  /** Of the server on which the temporary database is made. */
  readonly config: object;
  readonly manifest: Manifest;
  readonly directory: string;
  readonly sources: readonly StorageTarget[];
  /** `dg_verify_<name>_<YYYYMMDDHHMMSS>`, at most 63 bytes. */
  readonly databaseName: string;
  readonly keepDatabase: boolean;
}

export interface TableComparison {
  readonly table: string;
  /** Rows (or a fact as text); null where that side does not have the table. */
  readonly expected: number | string | null;
  readonly actual: number | string | null;
}

export interface VerificationReport {
  readonly ok: true;
  readonly databaseName: string;
  readonly kept: boolean;
  readonly tables: readonly TableComparison[];
  readonly rows: number;
  readonly sourceStorageLocationId: string;
}

/**
 * Restores into a temporary database, compares its tables and exact row counts with those recorded in the
 * dump's own snapshot, and drops it, also after a failure. VERIFICATION_FAILED lists the differences in
 * `details.tables`.
 */
export async function runVerification(
  request: VerificationRequest,
  io: PipelineIo,
): Promise<VerificationReport> {
  const { engine, config, databaseName: name } = request;
  const expected = request.manifest.metadata.inventory;
  const verification = engine.verification;
  if (verification === undefined || expected === undefined) {
    const message = "This backup cannot be verified: its type has no such way, or it recorded no row counts.";
    throw new AppError("RESTORE_NOT_SUPPORTED", message);
  }
  let created = false;
  let keep = false;
  try {
    const target = await verification.createTemporary(config, name, engineIo(io));
    created = true;
    io.log("info", `Restoring into the temporary database ${name}`);
    const facts = await runRestore(
      { ...request, config: target, dropExisting: false, tables: [], parallelJobs: 1 },
      io,
    );
    const tables = compare(expected, await verification.inventory(target, engineIo(io)));
    report(tables, name);
    keep = request.keepDatabase;
    const rows = tables.reduce((sum, { actual }) => sum + (typeof actual === "number" ? actual : 0), 0);
    io.log("info", `${tables.length} tables with ${rows} rows are as they were at the dump`);
    return {
      ok: true,
      databaseName: name,
      kept: keep,
      tables,
      rows,
      sourceStorageLocationId: facts.sourceStorageLocationId,
    };
  } catch (error) {
    if (io.signal.aborted) throw cancelled(io.signal.reason);
    throw error;
  } finally {
    if (created && !keep) await drop(verification, request, io);
  }
}

/** What a manifest read back holds: absent facts may be spelled as undefined. */
type Recorded = Pick<Inventory, "tables"> & { readonly facts?: Readonly<Record<string, string>> | undefined };

function compare(expected: Recorded, actual: Inventory): TableComparison[] {
  return [
    ...differences(expected.tables, actual.tables),
    ...differences(expected.facts ?? {}, actual.facts ?? {}),
  ];
}

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

/** Its own signal: after a cancel too, nothing may be left on the server. */
async function drop(
  verification: Verification<object>,
  request: VerificationRequest,
  io: PipelineIo,
): Promise<void> {
  const signal = AbortSignal.timeout(DROP_TIMEOUT_MS);
  try {
    await verification.dropTemporary(request.config, request.databaseName, engineIo(io, signal));
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    io.log("error", `The temporary database ${request.databaseName} could not be dropped: ${why}`);
  }
}
