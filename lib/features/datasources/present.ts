import type { Datasource as Row } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { Datasource } from "#lib/features/datasources/schema";
import { maskConfig } from "#lib/features/secrets/config";

/** A row as answers show it: secrets masked. */
export function presentDatasource(row: Row): Datasource {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    connectionConfig: maskConfig(engineFor(row.type).config, row.connectionConfig),
    status: row.status,
    lastHealthCheckAt: row.lastHealthCheckAt,
    enabled: row.enabled,
    tags: row.tags,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
