import type { StorageLocation as Row } from "#lib/db/generated/client";
import { env } from "#lib/env";
import { type ConfigRecord, openConfig } from "#lib/features/secrets/config";
import { driverFor } from "#lib/storage/registry";
import type { StorageAdapter, StorageContext, StorageType } from "#lib/storage/types";
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from "#lib/storage/with-retry";

export function storageContext(): StorageContext {
  return { allowedRoots: env().localRoots };
}

/** An adapter bound to a stored location, with a retry policy. The caller closes it. */
export function openStorage(
  row: Pick<Row, "id" | "type" | "config">,
  policy: RetryPolicy = DEFAULT_RETRY,
): StorageAdapter {
  const driver = driverFor(row.type);
  const config = openConfig(driver.config, row.config, { noun: "storage_location", id: row.id });
  return withRetry(driver.open(config, storageContext()), policy);
}

/** Fields that say where a storage lies. */
const PLACE_FIELDS = [
  "path",
  "host",
  "port",
  "remote_path",
  "endpoint",
  "bucket",
  "bucket_id",
  "bucket_name",
];

/** The fields of a place that name a folder in it. */
const ROOT_FIELDS = ["path", "remote_path", "prefix"];

/** Where a storage lies, as its config says: the service, and the folder of it that is the root. */
export function placeOf(config: unknown): { service: string; root: string } {
  const read = (name: string) => (config as Record<string, unknown>)[name];
  const service = PLACE_FIELDS.filter((name) => !ROOT_FIELDS.includes(name)).map(read);
  const root = ROOT_FIELDS.map(read).find((value) => typeof value === "string");
  return { service: JSON.stringify(service), root: String(root ?? "") };
}

/**
 * An adapter over a config that is not stored yet. A new place may be prepared, for example its folder made;
 * the place of `stored` may not: a disk that is not mounted must not be taken for a fresh one.
 */
export function openNewStorage(type: StorageType, config: object, stored: object = {}): StorageAdapter {
  return driverFor(type).open(config, contextFor(config, stored));
}

/**
 * The config as it is to be stored, after checks that need no network, such as the allowed roots of a local
 * path, and with what only the place itself can tell, such as the key of an SSH server. Not in a transaction.
 */
export async function completeStorage(
  type: StorageType,
  config: object,
  stored: object = {},
): Promise<ConfigRecord> {
  const driver = driverFor(type);
  await openNewStorage(type, config, stored).close();
  try {
    const completed = await driver.complete?.(config, contextFor(config, stored));
    return { ...(completed ?? config) };
  } catch (error) {
    throw driver.explain(error);
  }
}

/** A relative path begins where the user's login leads, so another user is another place. */
function contextFor(config: object, stored: object): StorageContext {
  const read = (of: object, name: string) => (of as Record<string, unknown>)[name];
  const isNew = [...PLACE_FIELDS, "username"].some((name) => read(config, name) !== read(stored, name));
  return { ...storageContext(), isNew };
}
