import { defaultValuesOf, type FieldSpec, submittedValues } from "#lib/core/fields";
import { SECRET_MASK } from "#lib/core/secret";
import type { StorageLocation } from "#lib/features/storage-locations/schema";
import type { StorageTypeInfo } from "#lib/features/storage-locations/types-query";

/** As the form holds them; `config` as on the wire, so that a 422 finds its field. */
export type FormValues = {
  name: string;
  type: StorageLocation["type"];
  isDefault: boolean;
  config: Record<string, unknown>;
};

/** A new local folder starts out below the first root that local storages may use. */
export function valuesOf(
  types: readonly StorageTypeInfo[],
  localRoots: readonly string[],
  storage?: StorageLocation,
): FormValues {
  const type = storage?.type ?? types[0]?.type ?? "local";
  return {
    name: storage?.name ?? "",
    type,
    isDefault: storage?.isDefault ?? false,
    config: {
      ...startOf(types.find((each) => each.type === type)?.fields ?? [], type, localRoots),
      ...withoutMask(storage?.config ?? {}),
    },
  };
}

export function startOf(
  specs: readonly FieldSpec[],
  type: string,
  localRoots: readonly string[],
): Record<string, unknown> {
  return { ...defaultValuesOf(specs), ...(type === "local" ? { path: localRoots[0] ?? "" } : {}) };
}

/** An unchanged place is left out: sending it again would make an unmounted folder look new. */
export function inputOf(
  values: FormValues,
  specs: readonly FieldSpec[],
  configChanged: boolean,
): Omit<FormValues, "config"> & { config?: Record<string, unknown> } {
  const { name, type, isDefault, config } = values;
  return { name, type, isDefault, ...(configChanged ? { config: submittedValues(specs, config) } : {}) };
}

/** A stored secret shows as an empty field that may stay empty. */
function withoutMask(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, value === SECRET_MASK ? "" : value]),
  );
}
