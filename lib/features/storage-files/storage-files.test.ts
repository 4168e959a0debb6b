import { writeFileSync } from "node:fs";
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextFor, createJobFor } from "#e2e/servers/world";
import type { Prisma } from "#lib/db/generated/client";
import { deletePath } from "#lib/features/storage-files/delete-path";
import { downloadPath } from "#lib/features/storage-files/download-path";
import { listFiles } from "#lib/features/storage-files/list-files";
import {
  BACKUP,
  backup,
  copy,
  id,
  jobId,
  list,
  live,
  put,
  remove,
  root,
  signal,
  sourceUrl,
  world,
} from "#lib/features/storage-files/under-test";
import { createStorage } from "#lib/features/storage-locations/create-storage";

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
