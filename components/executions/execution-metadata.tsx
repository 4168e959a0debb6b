import {
  type ExecutionDetail,
  type TemporaryDatabase,
  temporaryDatabasesOf,
} from "#lib/features/executions/schema";

type Metadata = ExecutionDetail["metadata"];

/** One table of a verification: rows at the dump and rows found, null where that side lacks the table. */
export type TableCheck = { table: string; expected: number | null; actual: number | null };

export type VerificationFacts = { database: string | null; fate: Fate; tables: TableCheck[] };

/** What became of the temporary databases of one execution, taken together: the gravest counts. */
export type Fate = TemporaryDatabase["state"];
const GRAVEST_FIRST: readonly Fate[] = ["left", "pending", "kept", "dropped"];

export function text(metadata: Metadata, key: string): string | null {
  const value = metadata[key];
  return typeof value === "string" && value !== "" ? value : null;
}

/** The texts of a list; empty where there is none. */
export function list(metadata: Metadata, key: string): string[] {
  const value = metadata[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** A number, or how many there are of a list. */
export function count(metadata: Metadata, key: string): number | null {
  const value = metadata[key];
  if (Array.isArray(value)) return value.length;
  return typeof value === "number" ? value : null;
}

/** What the restore was asked to do, or null for a backup. */
export function requestOf(metadata: Metadata) {
  const request = metadata.restore_request;
  if (typeof request !== "object" || request === null) return null;
  const { verification_mode, drop_existing, tables, target_datasource_id, target_database } =
    request as Record<string, unknown>;
  return {
    verification: verification_mode === true,
    dropExisting: drop_existing === true,
    tables: Array.isArray(tables) ? tables.map(String) : [],
    /** Where it names one; a verification makes its own. */
    database: typeof target_database === "string" && verification_mode !== true ? target_database : null,
    targetId: typeof target_datasource_id === "string" ? target_datasource_id : null,
  };
}

export function verificationOf(metadata: Metadata): VerificationFacts | null {
  const report = metadata.verification;
  if (typeof report !== "object" || report === null) return null;
  const { databaseName, kept, tables } = report as Record<string, unknown>;
  if (!Array.isArray(tables)) return null;
  return {
    database: typeof databaseName === "string" ? databaseName : text(metadata, "verification_database"),
    fate: fateOf(metadata) ?? (kept === true ? "kept" : "dropped"),
    tables: tables.filter(isTableCheck),
  };
}

/** Null where the execution remembers none. */
export function fateOf(metadata: Metadata): Fate | null {
  const states = temporaryDatabasesOf(metadata).map(({ state }) => state);
  return GRAVEST_FIRST.find((state) => states.includes(state)) ?? null;
}

function isTableCheck(value: unknown): value is TableCheck {
  return typeof value === "object" && value !== null && typeof (value as TableCheck).table === "string";
}
