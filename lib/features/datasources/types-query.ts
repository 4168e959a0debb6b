import { z } from "zod";
import { describeFields, type FieldSpec } from "#lib/core/fields";
import { engines } from "#lib/engines/registry";
import { capabilities, capabilitiesOf } from "#lib/features/datasources/capabilities";
import { connectionReport, DATASOURCE_TYPES } from "#lib/features/datasources/schema";
import { query } from "#lib/features/use-case";

const datasourceType = z.object({
  type: z.enum(DATASOURCE_TYPES),
  label: z.string(),
  /** Fields of its connection_config, as a form draws them. */
  fields: z.array(z.custom<FieldSpec>()),
  /** Client programs on this machine. */
  tools: connectionReport.shape.tools,
  capabilities,
});
export type DatasourceTypeInfo = z.infer<typeof datasourceType>;

export const listDatasourceTypes = query({
  name: "datasource.types",
  summary: "Datasource types that this version can back up, with the fields of their connection.",
  permission: "datasources.read",
  input: z.strictObject({}),
  output: z.array(datasourceType),
  run: () =>
    Promise.all(
      engines.map(async (engine) => ({
        type: engine.type,
        label: engine.label,
        fields: describeFields(engine.config),
        tools: await engine.tools(),
        capabilities: capabilitiesOf(engine),
      })),
    ),
});

/** Only what each type can do: no client program is looked for. */
export const listDatasourceCapabilities = query({
  name: "datasource.capabilities",
  summary: "What each datasource type can do, by type.",
  permission: "datasources.read",
  input: z.strictObject({}),
  output: z.partialRecord(z.enum(DATASOURCE_TYPES), capabilities),
  run: async () => Object.fromEntries(engines.map((engine) => [engine.type, capabilitiesOf(engine)])),
});
