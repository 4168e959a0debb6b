import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readZip } from "#e2e/servers/read-zip";
import { until } from "#e2e/servers/until";
import { pinArtifact } from "#lib/features/executions/artifact-pin";
import { downloadPath } from "#lib/features/storage-files/download-path";
import {
  BACKUP,
  backup,
  bytesOf,
  copy,
  id,
  put,
  root,
  signal,
  world,
} from "#lib/features/storage-files/under-test";

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
