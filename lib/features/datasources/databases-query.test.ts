import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { connectionOf, createWorld, type World } from "#e2e/servers/world";
import { ROLE_PERMISSIONS } from "#lib/core/permissions";
import type { UserActor } from "#lib/features/context";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { listDatabases } from "#lib/features/datasources/databases-query";
import { listDatasourceCapabilities } from "#lib/features/datasources/types-query";

let world: World;
const databases: TestDatabase[] = [];

beforeAll(async () => {
  world = await createWorld();
  for (let count = 0; count < 2; count++) {
    databases.push(await createDatabase(urlFrom("TEST_POSTGRES_NEWER_URL")));
  }
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  await world?.close();
});

const make = async (name: string, type: "postgres" | "sqlite", connectionConfig: Record<string, unknown>) =>
  (await createDatasource.execute({ name, type, connectionConfig }, world.admin)).id;

it("names the databases of a server, without the server's own", async () => {
  const id = await make("Server", "postgres", connectionOf(databases[0]?.url ?? ""));
  const answer = await listDatabases.execute({ id }, world.admin);
  const names = databases.map(({ url }) => new URL(url).pathname.slice(1));
  expect(answer.databases).toEqual(expect.arrayContaining(names));
  expect(answer.databases).not.toContain("template1");
  const actor = world.admin.actor as UserActor;
  const scoped = {
    ...world.admin,
    actor: {
      ...actor,
      permissions: new Set(ROLE_PERMISSIONS.readonly),
      scopes: [
        {
          permission: "datasources.read" as const,
          resourceType: "datasource" as const,
          resourceIds: [],
          deniedResourceIds: [id],
        },
      ],
    },
  };
  await expect(listDatabases.execute({ id }, scoped)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("says why a server does not answer, and that a type has none", async () => {
  const gone = await make("Gone", "postgres", {
    ...connectionOf(databases[0]?.url ?? ""),
    host: "127.0.0.1",
    port: 1,
  });
  await expect(listDatabases.execute({ id: gone }, world.admin)).rejects.toMatchObject({
    code: "CONNECTION_FAILED",
  });
  const file = await make("File", "sqlite", { file_path: join(world.storageRoot, "one.db") });
  await expect(listDatabases.execute({ id: file }, world.admin)).rejects.toMatchObject({
    code: "SCHEMA_NOT_SUPPORTED",
  });
});

it("knows what each type can do", async () => {
  const can = await listDatasourceCapabilities.execute({}, world.admin);
  expect(can.postgres).toMatchObject({ databases: true, query: true, tables: true, parallel: true });
  expect(can.mysql).toMatchObject({ databases: true, tables: true, parallel: false });
  expect(can.sqlite).toMatchObject({ databases: false, query: true, tables: false, parallel: false });
  expect(can.files).toMatchObject({ databases: false, query: false, tables: false, unreadable: true });
});
