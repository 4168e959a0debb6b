import type { StorageLocation as Row } from "#lib/db/generated/client";
import { env } from "#lib/env";
import { openConfig } from "#lib/features/secrets/config";
import { driverFor } from "#lib/storage/registry";
import type { StorageAdapter, StorageContext, StorageType } from "#lib/storage/types";
import { withRetry } from "#lib/storage/with-retry";

export function storageContext(): StorageContext {
  return { allowedRoots: [env().LOCAL_STORAGE_ROOT_PATH] };
}

/** An adapter bound to a stored location, with the one retry policy. The caller closes it. */
export function openStorage(row: Pick<Row, "id" | "type" | "config">): StorageAdapter {
  const driver = driverFor(row.type);
  const config = openConfig(driver.config, row.config, { noun: "storage_location", id: row.id });
  return withRetry(driver.open(config, storageContext()));
}

/** An adapter over a config that is not stored yet: it may prepare its place, for example make the folder. */
export function openNewStorage(type: StorageType, config: object): StorageAdapter {
  return driverFor(type).open(config, { ...storageContext(), isNew: true });
}
