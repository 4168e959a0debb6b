import { validationError } from "#lib/core/errors";
import type { Context } from "#lib/features/context";
import { mergeSecrets, openConfig, parseConfig } from "#lib/features/secrets/config";
import { checkStorage } from "#lib/features/storage-locations/check-storage";
import { completeStorage, openNewStorage } from "#lib/features/storage-locations/open-storage";
import { probeStorage } from "#lib/features/storage-locations/probe-storage";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId, storageReport, testStorageInput } from "#lib/features/storage-locations/schema";
import { command } from "#lib/features/use-case";
import { driverFor } from "#lib/storage/registry";
import type { StorageType } from "#lib/storage/types";

/** Tries a config that is not saved: writes, reads, lists, renames and deletes a small object. */
export const testStorageConfig = command({
  name: "storage.test_config",
  summary: "Tries a storage that is not saved.",
  permission: "storage.write",
  input: testStorageInput,
  output: storageReport,
  prepare: async (input, ctx) => {
    const { config: schema, explain } = driverFor(input.type);
    const stored = input.id === undefined ? {} : await storedConfig(ctx, input.id, input.type);
    const config = parseConfig(schema, mergeSecrets(schema, input.config, stored, "config"), "config");
    const completed = await completeStorage(input.type, config, stored);
    return probeStorage(() => openNewStorage(input.type, completed, stored), explain);
  },
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "storage_location", metadata: { type: input.type } }),
});

/** Tries a saved storage and keeps what was found, also a failure, as a health check. */
export const testStorage = command({
  name: "storage.test",
  summary: "Tries a storage location and records the result.",
  permission: "storage.read",
  input: storageId,
  output: storageReport,
  prepare: async (input, ctx) =>
    checkStorage(ctx.db, await findStorage(ctx.db, ctx, input.id), { claimedAt: null }),
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "storage_location", resourceId: input.id }),
});

async function storedConfig(ctx: Context, id: string, type: StorageType) {
  const row = await findStorage(ctx.db, ctx, id, "storage.write");
  if (row.type !== type)
    throw validationError([{ field: "type", message: "This storage has another type." }]);
  return openConfig(driverFor(type).config, row.config, { noun: "storage_location", id });
}
