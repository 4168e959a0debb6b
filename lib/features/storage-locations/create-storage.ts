import { randomUUID } from "node:crypto";
import type { Prisma } from "#lib/db/generated/client";
import { mergeSecrets, parseConfig, sealConfig } from "#lib/features/secrets/config";
import { assertKey } from "#lib/features/secrets/secret-box";
import { completeStorage } from "#lib/features/storage-locations/open-storage";
import { presentStorage } from "#lib/features/storage-locations/present";
import { createStorageInput, storageLocation } from "#lib/features/storage-locations/schema";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";
import { driverFor } from "#lib/storage/registry";

export const createStorage = command({
  name: "storage.create",
  summary: "Adds a storage location. The first one becomes the default.",
  permission: "storage.write",
  input: createStorageInput,
  output: storageLocation,
  prepare: async (input) => {
    const { config: schema } = driverFor(input.type);
    const given = mergeSecrets(schema, input.config, {}, "config");
    const config = parseConfig(schema, given, "config");
    return completeStorage(input.type, config);
  },
  run: async (tx, input, _ctx, config) => {
    await assertKey(tx);
    const id = randomUUID();
    const isDefault = input.isDefault || (await tx.storageLocation.count()) === 0;
    if (isDefault)
      await tx.storageLocation.updateMany({ where: { isDefault: true }, data: { isDefault: false } });
    const { config: schema } = driverFor(input.type);
    const row = await withUniqueName("storage location", input.name, () =>
      tx.storageLocation.create({
        data: {
          id,
          name: input.name,
          type: input.type,
          config: sealConfig(schema, config, { noun: "storage_location", id }) as Prisma.InputJsonObject,
          isDefault,
        },
      }),
    );
    return presentStorage(row);
  },
  audit: (result) => ({
    resourceType: "storage_location",
    resourceId: result.id,
    changes: { name: result.name, type: result.type },
  }),
});
