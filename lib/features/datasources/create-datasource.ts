import { randomUUID } from "node:crypto";
import type { Prisma } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import { presentDatasource } from "#lib/features/datasources/present";
import { createDatasourceInput, datasource } from "#lib/features/datasources/schema";
import { mergeSecrets, parseConfig, sealConfig } from "#lib/features/secrets/config";
import { assertKey } from "#lib/features/secrets/secret-box";
import { withUniqueName } from "#lib/features/unique-name";
import { command } from "#lib/features/use-case";

export const createDatasource = command({
  name: "datasource.create",
  summary: "Adds a datasource. The connection is not tried; use the test for that.",
  permission: "datasources.write",
  input: createDatasourceInput,
  output: datasource,
  run: async (tx, input) => {
    const { config: schema } = engineFor(input.type);
    const given = mergeSecrets(schema, input.connectionConfig, {}, "connection_config");
    const config = parseConfig(schema, given, "connection_config");
    await assertKey(tx);
    const id = randomUUID();
    const row = await withUniqueName("datasource", input.name, () =>
      tx.datasource.create({
        data: {
          id,
          name: input.name,
          type: input.type,
          connectionConfig: sealConfig(schema, config, { noun: "datasource", id }) as Prisma.InputJsonObject,
          enabled: input.enabled,
          tags: input.tags,
        },
      }),
    );
    return presentDatasource(row);
  },
  audit: (result) => ({
    resourceType: "datasource",
    resourceId: result.id,
    changes: { name: result.name, type: result.type },
  }),
});
