import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namesBelow } from "#e2e/servers/names-below";
import { createWorld, type World } from "#e2e/servers/world";
import { removeArtifact } from "#lib/features/runs/remove-artifact";
import { createStorage } from "#lib/features/storage-locations/create-storage";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("a storage that is away does not keep a backup's other copies", async () => {
  const { prisma } = world.database;
  const folder = (name: string) => join(world.storageRoot, name);
  const storages: { id: string }[] = [];
  for (const name of ["first", "second", "third"]) {
    const input = { name, type: "local" as const, config: { path: folder(name) } };
    storages.push(await createStorage.execute(input, world.admin));
    await mkdir(join(folder(name), "a/b/c"), { recursive: true });
    await writeFile(join(folder(name), "a/b/c/manifest.json"), "{}");
  }
  const row = await prisma.backupExecution.create({
    data: {
      status: "completed",
      artifactRemovedAt: new Date(),
      copies: {
        create: storages.map(({ id }) => ({ storageLocationId: id, status: "stored", backupPath: "a/b/c" })),
      },
    },
  });
  const copies = async () => {
    const found = await prisma.backupCopy.findMany({ where: { executionId: row.id } });
    return storages.map(({ id }) => found.find((copy) => copy.storageLocationId === id)?.status);
  };
  for (const name of ["first", "third"]) await rename(folder(name), folder(`${name} away`));
  const failed = removeArtifact(world.database, row.id);
  await expect(failed).rejects.toThrow(/first.* · .*third/);
  expect(await copies()).toEqual(["stored", "removed", "stored"]);
  expect(await namesBelow(folder("second"))).not.toContain("a/b/c/manifest.json");

  for (const name of ["first", "third"]) await rename(folder(`${name} away`), folder(name));
  await removeArtifact(world.database, row.id);
  expect(await copies()).toEqual(["removed", "removed", "removed"]);
  expect(await namesBelow(folder("first"))).not.toContain("a/b/c/manifest.json");
});
