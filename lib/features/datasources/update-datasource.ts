import { validationError } from "#lib/core/errors";
import type { Prisma } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import { presentDatasource } from "#lib/features/datasources/present";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasource, updateDatasourceInput } from "#lib/features/datasources/schema";
import { mergeSecrets, openConfig, parseConfig, sealConfig } from "#lib/features/secrets/config";
import { assertKey } from "#lib/features/secrets/secret-box";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";

export const updateDatasource = command({
  name: "datasource.update",
  summary: "Changes a datasource. Secrets that are masked, empty or absent keep their value.",
  permission: "datasources.write",
  input: updateDatasourceInput,
  output: datasource,
  run: async (tx, input, ctx) => {
    const row = await findDatasource(tx, ctx, input.id, "datasources.write");
    if (input.type !== undefined && input.type !== row.type) {
      throw validationError([
        { field: "type", message: "The type cannot change. Add a new datasource instead." },
      ]);
    }
    const data: Prisma.DatasourceUpdateInput = {};
    if (input.name !== undefined) data.name = input.name;
    if (input.enabled !== undefined) data.enabled = input.enabled;
    if (input.tags !== undefined) data.tags = input.tags;
    if (input.connectionConfig !== undefined) {
      const { config: schema } = engineFor(row.type);
      const place = { noun: "datasource", id: row.id } as const;
      const stored = openConfig(schema, row.connectionConfig, place);
      const merged = mergeSecrets(schema, input.connectionConfig, stored, "connection_config");
      const config = parseConfig(schema, merged, "connection_config");
      await assertKey(tx);
      data.connectionConfig = sealConfig(schema, config, place) as Prisma.InputJsonObject;
      data.status = "unknown";
      // The next check is due at once, and one that still tries the old config writes nothing.
      data.checkClaimedAt = null;
    }
    const updated = await withUniqueName("datasource", input.name, () =>
      tx.datasource.update({ where: { id: row.id }, data }),
    );
    return presentDatasource(updated);
  },
  audit: (result, input) => ({
    resourceType: "datasource",
    resourceId: result.id,
    changes: {
      name: result.name,
      changed: Object.keys(input).filter((key) => key !== "id"),
    },
  }),
});
