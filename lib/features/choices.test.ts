import { afterAll, beforeAll, expect, test } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { jobChoices } from "#lib/features/backup-jobs/queries";
import type { UserActor } from "#lib/features/context";
import { datasourceChoices } from "#lib/features/datasources/queries";
import { storageChoices } from "#lib/features/storage-locations/queries";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("a filter offers ids and names alone, by name, and nothing that is out of scope", async () => {
  const sourceUrl = "postgresql://u:p@127.0.0.1:1/none";
  const [first, second] = [
    await createJobFor(world, { sourceUrl }),
    await createJobFor(world, { sourceUrl }),
  ];
  const nouns = [
    { choices: jobChoices, permission: "backup_jobs.read", resourceType: "backup_job", made: "job" },
    {
      choices: datasourceChoices,
      permission: "datasources.read",
      resourceType: "datasource",
      made: "datasource",
    },
    {
      choices: storageChoices,
      permission: "storage.read",
      resourceType: "storage_location",
      made: "storage",
    },
  ] as const;
  for (const { choices, permission, resourceType, made } of nouns) {
    const all = [first[made], second[made]].map(({ id, name }) => ({ id, name }));
    expect(await choices.execute({}, world.admin)).toEqual(all);
    const scope = { permission, resourceType, resourceIds: [], deniedResourceIds: [first[made].id] };
    const actor = { ...(world.admin.actor as UserActor), scopes: [scope] };
    expect(await choices.execute({}, { ...world.admin, actor })).toEqual(all.slice(1));
  }
});
