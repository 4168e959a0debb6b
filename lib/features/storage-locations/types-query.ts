import { z } from "zod";
import { describeFields, type FieldSpec } from "#lib/core/fields";
import { storageContext } from "#lib/features/storage-locations/open-storage";
import { STORAGE_TYPES } from "#lib/features/storage-locations/schema";
import { query } from "#lib/features/use-case";
import { storageDrivers } from "#lib/storage/registry";

const storageType = z.object({
  type: z.enum(STORAGE_TYPES),
  label: z.string(),
  /** Fields of its config, as a form draws them. */
  fields: z.array(z.custom<FieldSpec>()),
});
export type StorageTypeInfo = z.infer<typeof storageType>;

export const listStorageTypes = query({
  name: "storage.types",
  summary: "Storage types that this version can write to, and where local folders may lie.",
  permission: "storage.read",
  input: z.strictObject({}),
  output: z.object({ types: z.array(storageType), localRoots: z.array(z.string()) }),
  run: async () => ({
    types: storageDrivers.map((driver) => ({
      type: driver.type,
      label: driver.label,
      fields: describeFields(driver.config),
    })),
    localRoots: [...storageContext().allowedRoots],
  }),
});
