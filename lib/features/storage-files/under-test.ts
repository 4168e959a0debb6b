import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { copyFile } from "#lib/features/storage-files/copy-file";
import { deletePath } from "#lib/features/storage-files/delete-path";
import { listFiles } from "#lib/features/storage-files/list-files";

export const sourceUrl = "postgresql://u:p@127.0.0.1:1/none";
export const BACKUP = "shop/nightly/2026-01-01_030000_0000abcd";
export const signal = new AbortController().signal;

export let world: World;
export let id = "";
export let jobId = "";
export let root = "";

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  root = await mkdtemp(join(world.storageRoot, "case-"));
  const { storage, job } = await createJobFor(world, { sourceUrl, storagePath: root });
  id = storage.id;
  jobId = job.id;
});

export async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `content of ${path}`);
  }
}

export const list = (path: string, more: object = {}) =>
  listFiles.execute({ id, path, ...more }, world.admin);
export const remove = (path: string) => deletePath.execute({ id, path }, world.admin);
export const copy = (sourcePath: string, destinationPath: string) =>
  copyFile.execute({ id, sourcePath, destinationPath }, world.admin);

/** A listed backup at `path`, with its files on the disk. */
export async function backup(path = BACKUP, files = ["shop.dump.zst"], more: object = {}) {
  await put(...[...files, "manifest.json", "execution.log"].map((file) => `${path}/${file}`));
  return world.database.prisma.backupExecution.create({
    data: {
      jobId,
      status: "completed",
      copies: { create: { storageLocationId: id, status: "stored", backupPath: path, sizeBytes: 10n } },
      chunks: {
        create: files.map((file, index) => ({
          chunkNumber: index + 1,
          filePath: `${path}/${file}`,
          sizeBytes: 10n,
          checksum: "0".repeat(64),
        })),
      },
      ...more,
    },
  });
}

export const live = (directory: string, storageId = id) =>
  world.database.prisma.backupExecution.create({
    data: { jobId, status: "running", metadata: { directory, target_storage_ids: [storageId] } },
  });

export async function bytesOf(download: { bytes: AsyncIterable<Uint8Array> }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of download.bytes) parts.push(part);
  return Buffer.concat(parts);
}
