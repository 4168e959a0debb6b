import { defaultValuesOf, type FieldSpec, submittedValues } from "#lib/core/fields";
import { SECRET_MASK } from "#lib/core/secret";
import type { Datasource } from "#lib/features/datasources/schema";
import type { DatasourceTypeInfo } from "#lib/features/datasources/types-query";

/** As the form holds them; `connection_config` as on the wire, so that a 422 finds its field. */
export type FormValues = {
  name: string;
  type: Datasource["type"];
  enabled: boolean;
  tags: string[];
  connection_config: Record<string, unknown>;
};

export function valuesOf(types: readonly DatasourceTypeInfo[], datasource?: Datasource): FormValues {
  const type = datasource?.type ?? types[0]?.type ?? "postgres";
  const specs = types.find((each) => each.type === type)?.fields ?? [];
  return {
    name: datasource?.name ?? "",
    type,
    enabled: datasource?.enabled ?? true,
    tags: datasource?.tags ?? [],
    connection_config: { ...defaultValuesOf(specs), ...withoutMask(datasource?.connectionConfig ?? {}) },
  };
}

export function inputOf(values: FormValues, specs: readonly FieldSpec[]) {
  const { name, type, enabled, tags } = values;
  return { name, type, enabled, tags, connectionConfig: submittedValues(specs, values.connection_config) };
}

/** A stored secret shows as an empty field that may stay empty. */
function withoutMask(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, value === SECRET_MASK ? "" : value]),
  );
}
