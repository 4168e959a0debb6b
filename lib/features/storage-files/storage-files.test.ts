import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readZip } from "#e2e/servers/read-zip";
import { until } from "#e2e/servers/until";
import { contextFor, createJobFor, createWorld, type World } from "#e2e/servers/world";
import type { Prisma } from "#lib/db/generated/client";
import { pinArtifact } from "#lib/features/executions/artifact-pin";
import { copyFile } from "#lib/features/storage-files/copy-file";
import { deletePath } from "#lib/features/storage-files/delete-path";
import { downloadPath } from "#lib/features/storage-files/download-path";
import { listFiles } from "#lib/features/storage-files/list-files";
import { createStorage } from "#lib/features/storage-locations/create-storage";

const sourceUrl = "postgresql://u:p@127.0.0.1:1/none";
const BACKUP = "shop/nightly/2026-01-01_030000_0000abcd";
const signal = new AbortController().signal;

let world: World;
let id = "";
let jobId = "";
let root = "";

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

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `content of ${path}`);
  }
}

const list = (path: string, more: object = {}) => listFiles.execute({ id, path, ...more }, world.admin);
const remove = (path: string) => deletePath.execute({ id, path }, world.admin);
const copy = (sourcePath: string, destinationPath: string) =>
  copyFile.execute({ id, sourcePath, destinationPath }, world.admin);

/** A listed backup at `path`, with its files on the disk. */
async function backup(path = BACKUP, files = ["shop.dump.zst"], more: object = {}) {
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

const live = (directory: string, storageId = id) =>
  world.database.prisma.backupExecution.create({
    data: { jobId, status: "running", metadata: { directory, target_storage_ids: [storageId] } },
  });

async function bytesOf(download: { bytes: AsyncIterable<Uint8Array> }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of download.bytes) parts.push(part);
  return Buffer.concat(parts);
}

test("a page says what each entry is and to which execution it belongs", async () => {
  const whole = await backup();
  const parts = await backup("shop/hourly/2026-01-02_000000_0000beef", [
    "s.dump.part-001",
    "s.dump.part-002",
  ]);
  await put(`${BACKUP}/stranger.txt`, "notes.txt", `${BACKUP}/inner/deep.txt`);
  const running = await live("shop/nightly/2026-01-03_000000_0000cafe");
  await put("shop/nightly/2026-01-03_000000_0000cafe/shop.dump");

  expect((await list("")).data).toEqual([
    expect.objectContaining({
      path: "shop",
      kind: "folder",
      role: "folder",
      executionId: null,
      backupsCount: 2,
    }),
    expect.objectContaining({ path: "notes.txt", role: "other", executionId: null, backupsCount: null }),
  ]);
  const roles = async (path: string) =>
    (await list(path)).data.map((entry) => [entry.name, entry.role, entry.executionId, entry.chunkNumber]);
  expect(await roles("shop/nightly")).toEqual([
    ["2026-01-01_030000_0000abcd", "backup", whole.id, null],
    ["2026-01-03_000000_0000cafe", "backup", running.id, null],
  ]);
  expect(await roles(BACKUP)).toEqual([
    ["inner", "folder", whole.id, null],
    ["execution.log", "log", whole.id, null],
    ["manifest.json", "manifest", whole.id, null],
    ["shop.dump.zst", "artifact", whole.id, null],
    ["stranger.txt", "other", whole.id, null],
  ]);
  expect(await roles(`${BACKUP}/inner`)).toEqual([["deep.txt", "other", whole.id, null]]);
  expect((await roles("shop/hourly/2026-01-02_000000_0000beef")).slice(2)).toEqual([
    ["s.dump.part-001", "chunk", parts.id, 1],
    ["s.dump.part-002", "chunk", parts.id, 2],
  ]);
  const other = await createJobFor(world, { sourceUrl, storagePath: join(root, "..", "elsewhere") });
  expect((await listFiles.execute({ id: other.storage.id }, world.admin)).data).toEqual([]);
  await rm(join(root, "..", "elsewhere"), { recursive: true });
});

test("an address that leads out, to nothing or through a link is refused", async () => {
  await put("file.txt");
  await symlink("/etc", join(root, "link"));
  const invalid = [
    "../x",
    "a/../../x",
    "/etc",
    "a\\b",
    "a\0b",
    "a//b",
    "a/",
    "./a",
    ".dg-storage",
    "link/passwd",
  ];
  const encoded = [
    "%2e%2e/x",
    "%252e%252e%252fx",
    "..%2fx",
    "a%00",
    "%2fetc",
    "%c0%ae%c0%ae/x",
    "%u002e%u002e/x",
  ];
  for (const path of [...invalid, ...encoded, "\uFF0E\uFF0E/x", "\u2025/x", "bad\uFFFD", "\uD800"]) {
    const refused = { code: "INVALID_STORAGE_PATH" };
    await expect(list(path), path).rejects.toMatchObject(refused);
    await expect(remove(path), path).rejects.toMatchObject(refused);
    await expect(copy("file.txt", path), path).rejects.toMatchObject(refused);
    await expect(copy(path, "new"), path).rejects.toMatchObject(refused);
    await expect(downloadPath(world.admin, { id, path, signal }), path).rejects.toMatchObject(refused);
  }
  for (const path of ["absent", "file.txt/below", "100% done…"]) {
    const missing = { code: "STORAGE_PATH_NOT_FOUND" };
    await expect(list(path), path).rejects.toMatchObject(missing);
    await expect(remove(path), path).rejects.toMatchObject(missing);
    await expect(copy(path, "new"), path).rejects.toMatchObject(missing);
    await expect(downloadPath(world.admin, { id, path, signal }), path).rejects.toMatchObject(missing);
  }
  await expect(list("file.txt")).rejects.toMatchObject({ code: "STORAGE_PATH_NOT_FOUND" });
  await expect(remove("")).rejects.toMatchObject({ code: "INVALID_STORAGE_PATH" });
  expect(await readdir(root)).toEqual(expect.arrayContaining([".dg-storage", "file.txt", "link"]));
});

test("a storage that is not there is never an empty one", async () => {
  await rm(join(root, ".dg-storage"));
  const unreachable = { code: "STORAGE_UNREACHABLE" };
  await expect(list("")).rejects.toMatchObject(unreachable);
  await expect(remove("x")).rejects.toMatchObject(unreachable);
  await expect(downloadPath(world.admin, { id, path: "", signal })).rejects.toMatchObject(unreachable);
});

test("what a listed or running backup needs stays; the refusal names the execution", async () => {
  const { id: executionId } = await backup();
  for (const path of [`${BACKUP}/shop.dump.zst`, `${BACKUP}/manifest.json`, BACKUP, "shop/nightly", "shop"]) {
    const refusal = await remove(path).catch((error: unknown) => error);
    expect(refusal, path).toMatchObject({ code: "CONFLICT", details: { execution_ids: [executionId] } });
    expect(String(refusal)).toMatch(new RegExp(`${executionId}.*Delete the execution`));
  }
  expect(await readdir(join(root, BACKUP))).toHaveLength(3);
  const running = await live("shop/hourly/2026-01-03_000000_0000cafe");
  await put("shop/hourly/2026-01-03_000000_0000cafe/x");
  await expect(remove("shop/hourly")).rejects.toMatchObject({ details: { execution_ids: [running.id] } });
  // A name that only begins alike is somebody else's.
  await put(`${BACKUP}-old/x`);
  expect(await remove(`${BACKUP}-old`)).toEqual({ path: `${BACKUP}-old`, kind: "folder" });
  expect(
    await world.database.prisma.auditLog.findFirst({
      where: { action: "storage.path.delete", resourceId: id },
    }),
  ).toMatchObject({
    resourceType: "storage_location",
    resourceId: id,
    changes: { path: `${BACKUP}-old`, kind: "folder" },
  });
});

test("strays go, with all that is in them; so does what is left of removed backups", async () => {
  await put("stray/a/b/c.txt", "stray/d.txt", "stray/.dg-partial-dead", "keep/x");
  await mkdir(join(root, "stray/empty/within"), { recursive: true });
  expect(await remove("stray")).toEqual({ path: "stray", kind: "folder" });
  const { id: executionId } = await backup("keep/old", ["o.dump"], { artifactRemovedAt: new Date() });
  await world.database.prisma.backupCopy.updateMany({ where: { executionId }, data: { status: "removed" } });
  expect(await remove("keep/old/o.dump")).toEqual({ path: "keep/old/o.dump", kind: "file" });
  expect((await readdir(root)).sort()).toEqual([".dg-storage", "keep"]);
});

test("a backup that begins during a removal keeps its folder, and the half removal is on record", async () => {
  await put("stray/1-first/x", "stray/2-second/y");
  const { prisma } = world.database;
  let asked = 0;
  const db = prisma.$extends({
    query: {
      async $queryRaw({ args, query }) {
        asked += 1;
        // The look before the second folder goes.
        if (asked === 3) await live("stray/2-second/2026-01-01_000000_00000000");
        return query(args);
      },
    },
  });
  const ctx = { ...contextFor(world.database, world.admin.actor), db: db as unknown as typeof prisma };
  await expect(deletePath.execute({ id, path: "stray" }, ctx)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await readdir(join(root, "stray"))).toEqual(["2-second"]);
  const row = await prisma.auditLog.findFirst({ orderBy: { createdAt: "desc" } });
  expect(row).toMatchObject({ action: "storage.path.delete", metadata: { incomplete: true } });
});

test("a twin, an inner and an outer storage guard their backups in each other's listings", async () => {
  const { id: executionId } = await backup();
  const open = async (name: string, path: string) =>
    (await createStorage.execute({ name: `${name} ${id}`, type: "local", config: { path } }, world.admin)).id;
  const twin = await open("Twin", `${root}/./`.replace("/./", "/"));
  const outer = await open("Outer", world.storageRoot);
  const inner = await open("Inner", join(root, "shop"));
  const folder = root.slice(world.storageRoot.length + 1);
  const refused = { code: "CONFLICT", details: { execution_ids: [executionId] } };
  for (const [storage, path] of [
    [twin, BACKUP],
    [twin, "shop"],
    [outer, folder],
    [outer, `${folder}/${BACKUP}/manifest.json`],
    [inner, "nightly"],
  ] as const) {
    await expect(deletePath.execute({ id: storage, path }, world.admin), path).rejects.toMatchObject(refused);
  }
  const seen = await listFiles.execute({ id: inner, path: "nightly" }, world.admin);
  expect(seen.data).toMatchObject([{ role: "backup", executionId }]);
  const around = await listFiles.execute({ id: outer }, world.admin);
  expect(around.data.find((entry) => entry.path === folder)).toMatchObject({ backupsCount: 1 });
});

test("a copy is a new file, never over another and never inside a backup", async () => {
  await backup();
  await put("a.txt", "b.txt", "folder/x");
  expect(await copy("a.txt", "new/place/a.txt")).toEqual({ path: "new/place/a.txt", sizeBytes: 16 });
  expect(await copy(`${BACKUP}/shop.dump.zst`, "kept.dump.zst")).toMatchObject({ path: "kept.dump.zst" });
  for (const [from, to] of [
    ["a.txt", "a.txt"],
    ["a.txt", "b.txt"],
    ["a.txt", "folder"],
    ["a.txt", "b.txt/below"],
    ["folder", "other"],
    ["a.txt", `${BACKUP}/manifest-2.json`],
    ["a.txt", `${BACKUP}/deeper/manifest.json`],
  ] as const) {
    const refusal = await copy(from, to).catch((error: unknown) => error);
    expect(refusal, `${from} ${to}`).toMatchObject({
      code: "INVALID_STORAGE_COPY",
      details: [{ field: expect.stringMatching(/^(source|destination)_path$/) }],
    });
  }
  expect(
    await world.database.prisma.auditLog.findFirst({
      where: { action: "storage.path.copy" },
      orderBy: { createdAt: "asc" },
    }),
  ).toMatchObject({
    changes: { source_path: "a.txt", destination_path: "new/place/a.txt" },
  });
});

test("a file is downloaded as it is, and its backup is pinned meanwhile", async () => {
  const { id: executionId } = await backup();
  await writeFile(join(root, BACKUP, "shop.dump.zst"), Buffer.alloc(5_000_000, "x"));
  const file = await downloadPath(world.admin, { id, path: `${BACKUP}/shop.dump.zst`, signal });
  expect(file).toMatchObject({ fileName: "shop.dump.zst", sizeBytes: 5_000_000 });
  const removable = async () => {
    const { prisma } = world.database;
    return prisma.$transaction(
      (tx) =>
        tx.$queryRaw<{ free: boolean }[]>`
          SELECT pg_try_advisory_xact_lock(${0x6467}::int, hashtext(${executionId})) AS free`,
    );
  };
  expect(await removable()).toEqual([{ free: false }]);
  expect(await bytesOf(file)).toHaveLength(5_000_000);
  await until("it is free again", async () => (await removable())[0]?.free);

  // A client that goes away frees it as well.
  const gone = new AbortController();
  await downloadPath(world.admin, { id, path: `${BACKUP}/shop.dump.zst`, signal: gone.signal });
  expect(await removable()).toEqual([{ free: false }]);
  gone.abort();
  await until("it is free again", async () => (await removable())[0]?.free);
  const release = await pinArtifact(world.database, executionId);
  expect(release).not.toBeNull();
  await release?.();
});

test("of 100,000 files in one folder each page is what it should be", async () => {
  const folder = join(root, "many");
  await mkdir(folder);
  const names = Array.from({ length: 100_000 }, (_, index) => `file-${(index * 7919) % 100_000}`);
  for (const name of names) writeFileSync(join(folder, name), "");
  const seen: string[] = [];
  let cursor: string | null = null;
  for (const limit of [1, 100, 1000, 1000, 1000]) {
    const page = await list("many", { limit, ...(cursor === null ? {} : { cursor }) });
    expect(page.data).toHaveLength(limit);
    seen.push(...page.data.map((entry) => entry.name));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(names.toSorted().slice(0, seen.length));
});

test("a folder is downloaded as an archive, with what could not come along named in it", async () => {
  const { id: executionId } = await backup();
  await put("shop/readme.txt", "shop/%41.txt", "shop/line\nbreak", "other/x");
  await symlink("/etc/passwd", join(root, "shop/link"));
  const archive = await downloadPath(world.admin, { id, path: "shop", signal });
  expect(archive).toMatchObject({ fileName: "shop.zip", mediaType: "application/zip" });
  expect(archive.sizeBytes).toBeUndefined();
  const files = readZip(await bytesOf(archive));
  expect([...files.keys()].sort()).toEqual([
    "shop/%41.txt",
    "shop/NOT-INCLUDED.txt",
    ...["execution.log", "manifest.json", "shop.dump.zst"].map((name) => `${BACKUP}/${name}`),
    "shop/readme.txt",
  ]);
  expect(String(files.get("shop/readme.txt"))).toBe("content of shop/readme.txt");
  expect(String(files.get("shop/NOT-INCLUDED.txt"))).toContain(JSON.stringify("shop/line\nbreak"));

  // A backup on its way out is left out, not half in.
  await world.database.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${0x6467}::int, hashtext(${executionId}))::text`;
    const rest = readZip(await bytesOf(await downloadPath(world.admin, { id, path: "", signal })));
    const names = [...rest.keys()].map((name) => name.slice(name.indexOf("/") + 1));
    expect(names).toContain("other/x");
    expect(names).toContain("shop/readme.txt");
    expect(names.filter((name) => name.startsWith(BACKUP))).toEqual([]);
    expect(String([...rest].at(-1)?.[1])).toContain(`${BACKUP}/manifest.json`);
  });
  await mkdir(join(root, "empty"));
  const empty = await downloadPath(world.admin, { id, path: "empty", signal });
  expect(readZip(await bytesOf(empty)).size).toBe(0);
});

test("a page has an end, and numbers and cursors that are none are refused", async () => {
  await put("a", "b", "c");
  const first = await list("", { limit: 2 });
  expect(first.data.map((entry) => entry.name)).toEqual(["a", "b"]);
  const second = await list("", { limit: 2, cursor: first.nextCursor ?? "" });
  expect([second.data.map((entry) => entry.name), second.nextCursor]).toEqual([["c"], null]);
  for (const more of [
    { limit: 0 },
    { limit: 1001 },
    { limit: "x" },
    { cursor: "x".repeat(5000) },
    { offset: 1 },
  ]) {
    await expect(list("", more)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  }
});

test("only its own table tells what a database row means", async () => {
  const folders: Prisma.InputJsonObject = { directory: "x_y/%", target_storage_ids: [id] };
  await world.database.prisma.backupExecution.create({
    data: { jobId, status: "running", metadata: folders },
  });
  await put("xzy/file");
  expect(await remove("xzy")).toMatchObject({ kind: "folder" });
});
