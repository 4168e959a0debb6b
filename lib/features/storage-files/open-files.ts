import { AppError } from "#lib/core/errors";
import type { Permission } from "#lib/core/permissions";
import type { StorageLocation as Row } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { findStorage } from "#lib/features/storage-locations/queries";
import { driverFor } from "#lib/storage/registry";
import { type StorageAdapter, StorageError } from "#lib/storage/types";
import { QUICK_RETRY } from "#lib/storage/with-retry";

export interface OpenFiles {
  readonly row: Row;
  /** Gives up soon: a person waits. */
  readonly adapter: StorageAdapter;
}

/**
 * Opens a storage within the caller's scope, for as long as `work` takes; its errors come as words.
 * @throws NOT_FOUND, STORAGE_PATH_NOT_FOUND, STORAGE_UNREACHABLE
 */
export async function withFiles<T>(
  ctx: Context,
  id: string,
  permission: Permission,
  work: (files: OpenFiles) => Promise<T>,
): Promise<T> {
  const files = await openFiles(ctx, id, permission);
  try {
    return await work(files);
  } catch (error) {
    throw explained(files.row, error);
  } finally {
    await files.adapter.close();
  }
}

/** The same without an end of its own: the caller closes the adapter. */
export async function openFiles(ctx: Context, id: string, permission: Permission): Promise<OpenFiles> {
  const row = await findStorage(ctx.db, ctx, id, permission);
  try {
    return { row, adapter: openStorage(row, QUICK_RETRY) };
  } catch (error) {
    throw explained(row, error);
  }
}

/** A storage's error in words for a person; others as they are. */
export function explained(row: Pick<Row, "type">, error: unknown): unknown {
  return error instanceof StorageError ? driverFor(row.type).explain(error) : error;
}

/** The file's size, or that it is a folder. @throws STORAGE_PATH_NOT_FOUND where there is neither */
export async function look(
  adapter: StorageAdapter,
  path: string,
): Promise<{ kind: "file"; sizeBytes: number } | { kind: "folder" }> {
  if (path !== "") {
    const found = await orMissing(adapter.stat(path));
    if (found) return { kind: "file", sizeBytes: found.sizeBytes };
  }
  if (await orMissing(adapter.list(path, { limit: 1 }))) return { kind: "folder" };
  throw new AppError(
    "STORAGE_PATH_NOT_FOUND",
    `There is no ${JSON.stringify(path)} on this storage. It may have been removed.`,
  );
}

/** Null where the storage says that there is no such thing. */
export async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StorageError && error.fault === "not-found") return null;
    throw error;
  }
}
