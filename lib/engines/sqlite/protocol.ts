import type { Inventory, QueryLimits, QueryResult, SchemaTable } from "#lib/engines/types";

/** Found by opening the file. */
export interface SqliteProbe {
  readonly version: string;
  readonly latencyMs: number;
  readonly journalMode: string;
  readonly bytes: number;
}

/** A whole and sound file, counted. */
export interface SqliteInspection {
  readonly version: string;
  readonly inventory: Inventory;
  readonly warnings: readonly string[];
}

/** What a child is asked for, by name: the request's and the answer's shape. Paths are real and checked. */
export interface SqliteWork {
  probe: { request: { path: string }; answer: SqliteProbe };
  /** Copies online, says "copied", then inspects the copy. */
  copy: { request: { path: string; target: string }; answer: SqliteInspection };
  inspect: { request: { path: string }; answer: SqliteInspection };
  schema: { request: { path: string }; answer: SchemaTable[] };
  query: { request: { path: string; sql: string; limits: QueryLimits }; answer: QueryResult };
  /** Holds the file for itself, says "locked", and never answers: it is ended. */
  lock: { request: { path: string }; answer: never };
}

/** Told on the way: bytes copied of those to copy, the copy's size when it is there, the lock. */
export type SqliteEvent =
  | { readonly event: "progress"; readonly done: number; readonly of: number }
  | { readonly event: "copied"; readonly bytes: number }
  | { readonly event: "locked"; readonly damaged: boolean };

/** Events go by standard error, marked off from whatever else is written there. */
export const EVENT_MARK = "@dg ";

export type SqliteReply =
  | { readonly ok: true; readonly answer: unknown }
  /** `code` is SQLite's extended one, a system code, or one of ours that begins with DG_. */
  | { readonly ok: false; readonly code: string; readonly message: string };
