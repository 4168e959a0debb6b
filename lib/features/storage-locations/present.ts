import type { StorageLocation as Row } from "#lib/db/generated/client";
import { maskConfig } from "#lib/features/secrets/config";
import type { StorageLocation } from "#lib/features/storage-locations/schema";
import { driverFor } from "#lib/storage/registry";

/** A row as answers show it: secrets masked. */
export function presentStorage(row: Row): StorageLocation {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    config: maskConfig(driverFor(row.type).config, row.config),
    isDefault: row.isDefault,
    availableSpaceGb: row.availableSpaceGb,
    status: row.status,
    lastHealthCheckAt: row.lastHealthCheckAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
