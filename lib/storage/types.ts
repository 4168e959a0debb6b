import type { z } from "zod";
import type { AppError } from "#lib/core/errors";

export const STORAGE_TYPES = ["local", "s3", "ssh", "minio", "backblaze"] as const;
export type StorageType = (typeof STORAGE_TYPES)[number];

/** How a caller should take a failure: `transient` may be tried again, the others not. */
export type StorageFault = "not-found" | "permanent" | "transient";

/** The only error an adapter rejects with (besides an abort). The message names path and place. */
export class StorageError extends Error {
  readonly fault: StorageFault;
  constructor(fault: StorageFault, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "StorageError";
    this.fault = fault;
  }
}

/** What a storage says about a file that it has just taken. */
export interface StoredFile {
  readonly sizeBytes: number;
  /**
   * How what lies there was compared with what was sent: `read-back` gives the SHA-256 of the stored bytes;
   * `confirmed` says that the other side checked them by itself (a checksum with each part, or an
   * authenticated channel with every byte acknowledged). Absent: nothing was, so the caller reads it back.
   */
  readonly check?: { readonly kind: "read-back"; readonly sha256: string } | { readonly kind: "confirmed" };
}

export interface StorageStat {
  /** Relative to the storage's root, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

export interface StorageEntry {
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Null for folders. */
  readonly sizeBytes: number | null;
  readonly modifiedAt: Date | null;
}

export interface StoragePage {
  readonly entries: readonly StorageEntry[];
  /** Give it back to get the next page; null on the last. */
  readonly cursor: string | null;
}

/** Why a step failed, where the error tells. */
export type StorageProbeReason = "full" | "auth_failed" | "timeout";

/** One step of the probe, in order; the first that fails ends it. */
export interface StorageProbeStep {
  readonly step: "write" | "read" | "list" | "rename" | "delete";
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly error?: string;
  readonly reason?: StorageProbeReason;
}

export interface StorageProbe {
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly steps: readonly StorageProbeStep[];
  /** Bytes that can still be written, where the storage can tell. */
  readonly availableBytes: number | null;
  /** Fingerprint of the key by which the server is known, where it has one. */
  readonly hostKey?: string;
}

/**
 * A storage adapter knows one storage type; an instance is bound to one location. Paths are relative, with
 * forward slashes, without `.` or `..`; an adapter refuses others (INVALID_STORAGE_PATH).
 *
 * Promises: `put` makes the whole object visible under its name or nothing at all, and resolves only when
 * the bytes are durable; it never overwrites silently unless told; `list` rejects when the listing failed (an
 * unreachable storage is never an empty one); errors are `StorageError`; retry lives in a decorator, not here.
 */
export interface StorageAdapter {
  readonly type: StorageType;
  /** A chunk of `bytes` is the adapter's until it asks for the next one; what it keeps longer it copies. */
  put(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; overwrite?: boolean },
  ): Promise<StoredFile>;
  /**
   * Bytes from `start` (0) to `end` (inclusive, the last byte), as `Range` has them. With `lend` a chunk may be
   * overwritten once the next one is asked for: for readers that only look at the bytes, in flat memory.
   */
  get(
    path: string,
    options: { signal: AbortSignal; start?: number; end?: number; lend?: boolean },
  ): Promise<AsyncIterable<Uint8Array>>;
  stat(path: string): Promise<StorageStat>;
  /** Direct children of a folder ("" is the root), folders first, in name order, at most `limit` (1000). */
  list(path: string, options?: { cursor?: string; limit?: number }): Promise<StoragePage>;
  /**
   * Removes a file, or a folder with all in it, and folders that became empty above it. Removing what is not
   * there is no error.
   */
  remove(path: string): Promise<void>;
  copy(from: string, to: string, options: { signal: AbortSignal }): Promise<void>;
  probe(options: { signal: AbortSignal }): Promise<StorageProbe>;
  /**
   * Removes what unfinished `put`s of dead processes left behind and is older than `olderThanMs`; only what
   * carries our own marker. Answers how many. Absent where the storage keeps no such leftovers.
   */
  sweep?(olderThanMs: number): Promise<number>;
  close(): Promise<void>;
}

/** What of the outside an adapter may depend on. */
export interface StorageContext {
  /** Real paths under which local storages may lie. */
  readonly allowedRoots: readonly string[];
  /**
   * The location is being set up or tried, not used: `open` may create the folder and the mark by which it
   * is known again. Without this, a storage that lacks its mark is "not mounted", never empty.
   */
  readonly isNew?: boolean;
}

/** One line of the registry. */
export interface StorageDriver<Config extends object = object> {
  readonly type: StorageType;
  readonly label: string;
  /** Keys as stored and on the wire (snake_case). */
  readonly config: z.ZodType<Config>;
  open(config: Config, context: StorageContext): StorageAdapter;
  /**
   * Fills in what only the place itself can tell, before a config is tried or stored, and prepares a new place
   * over the network where `open` cannot. Nothing is asked of a known place whose config is complete.
   */
  complete?(config: Config, context: StorageContext): Promise<Config>;
  explain(error: unknown): AppError;
}
