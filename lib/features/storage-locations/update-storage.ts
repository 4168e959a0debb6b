import { validationError } from "#lib/core/errors";
import type { Prisma } from "#lib/db/generated/client";
import { mergeSecrets, openConfig, parseConfig, sealConfig } from "#lib/features/secrets/config";
import { assertKey } from "#lib/features/secrets/secret-box";
import { completeStorage } from "#lib/features/storage-locations/open-storage";
import { presentStorage } from "#lib/features/storage-locations/present";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageLocation, updateStorageInput } from "#lib/features/storage-locations/schema";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";
import { driverFor } from "#lib/storage/registry";

export const updateStorage = command({
  name: "storage.update",
  summary: "Changes a storage location. Secrets that are masked, empty or absent keep their value.",
  permission: "storage.write",
  input: updateStorageInput,
  output: storageLocation,
  prepare: async (input, ctx) => {
    const row = await findStorage(ctx.db, ctx, input.id, "storage.write");
    if (input.type !== undefined && input.type !== row.type) {
      throw validationError([
        { field: "type", message: "The type cannot change. Add a new storage instead." },
      ]);
    }
    if (input.config === undefined) return undefined;
    const { config: schema } = driverFor(row.type);
    const stored = openConfig(schema, row.config, { noun: "storage_location", id: row.id });
    const config = parseConfig(schema, mergeSecrets(schema, input.config, stored, "config"), "config");
    return completeStorage(row.type, config, stored);
  },
  run: async (tx, input, ctx, config) => {
    const row = await findStorage(tx, ctx, input.id, "storage.write");
    const data: Prisma.StorageLocationUpdateInput = {};
    if (input.name !== undefined) data.name = input.name;
    if (config !== undefined) {
      await assertKey(tx);
      const place = { noun: "storage_location", id: row.id } as const;
      data.config = sealConfig(driverFor(row.type).config, config, place) as Prisma.InputJsonObject;
      // What was found before says nothing about the new place; the next check is due at once.
      data.lastHealthCheckAt = null;
      data.checkClaimedAt = null;
    }
    if (input.isDefault !== undefined) {
      await tx.storageLocation.updateMany({
        where: { isDefault: true, id: { not: row.id } },
        data: input.isDefault ? { isDefault: false } : {},
      });
      data.isDefault = input.isDefault;
    }
    const updated = await withUniqueName("storage location", input.name, () =>
      tx.storageLocation.update({ where: { id: row.id }, data }),
    );
    return presentStorage(updated);
  },
  audit: (result, input) => ({
    resourceType: "storage_location",
    resourceId: result.id,
    changes: { name: result.name, changed: Object.keys(input).filter((key) => key !== "id") },
  }),
});
