import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorld, type World } from "#e2e/servers/world";
import { walk } from "#lib/features/imports/list-found";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { faulty } from "#lib/storage/faulty";
import { type StorageAdapter, StorageError } from "#lib/storage/types";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const sum = "0".repeat(64);

async function artifact(root: string, directory: string): Promise<void> {
  await mkdir(join(root, directory), { recursive: true });
  await writeFile(join(root, directory, "shop.dump"), "dump");
  const manifest = {
    version: 1,
    execution_id: randomUUID(),
    job_id: null,
    datasource_type: "postgres",
    backup_type: "full",
    compression: "none",
    encryption: null,
    total_size_bytes: 4,
    compressed_size_bytes: 4,
    checksum: `sha256:${sum}`,
    chunks: [{ number: 1, file: "shop.dump", size_bytes: 4, checksum: sum }],
    created_at: new Date().toISOString(),
    metadata: { extension: ".dump" },
  };
  await writeFile(join(root, directory, "manifest.json"), JSON.stringify(manifest));
}

async function storageOf(directories: string[]) {
  const root = await mkdtemp(join(world.storageRoot, "case-"));
  for (const directory of directories) await artifact(root, directory);
  const { id } = await createStorage.execute(
    { name: root, type: "local", config: { path: root } },
    world.admin,
  );
  const location = await world.database.prisma.storageLocation.findUniqueOrThrow({ where: { id } });
  return { root, location, adapter: openStorage(location) };
}

/** The adapter, with something that happens once a folder was listed. */
function afterListing(adapter: StorageAdapter, path: string, what: () => Promise<void>): StorageAdapter {
  return {
    ...faulty(adapter, {}),
    list: async (listed, options) => {
      const page = await adapter.list(listed, options);
      if (listed === path) await what();
      return page;
    },
  };
}

const scan = async (of: Awaited<ReturnType<typeof storageOf>>, adapter: StorageAdapter) => {
  const report = { found: 0, listed: 0, known: 0, damaged: [] };
  await walk(world.database.prisma, of.location, adapter, report, async () => undefined);
  return report;
};

test("a backup that goes while it is looked at was never there", async () => {
  const storage = await storageOf(["shop/nightly/1", "shop/nightly/2", "shop/nightly/3"]);
  const remove = (path: string) => rm(join(storage.root, path), { recursive: true });
  const adapter = afterListing(
    afterListing(storage.adapter, "shop/nightly", () => remove("shop/nightly/1")),
    "shop/nightly/2",
    () => remove("shop/nightly/2"),
  );
  expect(await scan(storage, adapter)).toEqual({ found: 1, listed: 1, known: 0, damaged: [] });
});

test("a manifest that may not be read is named, and the rest is listed", async () => {
  const storage = await storageOf(["shop/nightly/1", "shop/nightly/2"]);
  const adapter = faulty(storage.adapter, {
    getBreaksAt: 0,
    fault: "permanent",
    only: "1/manifest.json",
  });
  expect(await scan(storage, adapter)).toEqual({
    found: 2,
    listed: 1,
    known: 0,
    damaged: [{ path: "shop/nightly/1", reason: expect.stringContaining("Injected") }],
  });
});

test("a storage that breaks ends the scan", async () => {
  const storage = await storageOf(["shop/nightly/1"]);
  const adapter = faulty(storage.adapter, { getBreaksAt: 0, fault: "transient" });
  await expect(scan(storage, adapter)).rejects.toThrow("Injected");
});

test("a storage that goes away in the middle ends the scan: its backups are neither gone nor damaged", async () => {
  const storage = await storageOf(["shop/nightly/1", "shop/nightly/2"]);
  const adapter = afterListing(storage.adapter, "shop", () => rm(storage.root, { recursive: true }));
  await expect(scan(storage, adapter)).rejects.toBeInstanceOf(StorageError);
  await expect(scan(storage, storage.adapter)).rejects.toBeInstanceOf(StorageError);
});
