import { mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { cleanUp } from "#lib/features/runs/clean-up";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

test("applies policies, asks again for refused removals, sweeps leftovers, sessions and health checks", async () => {
  const { prisma } = world.database;
  const folder = await mkdtemp(join(world.storageRoot, "case-"));
  const { job, storage } = await createJobFor(world, {
    sourceUrl: "postgresql://u:p@127.0.0.1:1/none",
    storagePath: folder,
    retention: { max_backups: 1 },
  });
  const backup = (finishedAt: Date, extra: object = {}) =>
    prisma.backupExecution.create({
      data: {
        jobId: job.id,
        status: "completed",
        finishedAt,
        copies: { create: { storageLocationId: storage.id, status: "stored", backupPath: "a/b/c" } },
        ...extra,
      },
    });
  const refused = await backup(hoursAgo(99), { artifactRemovedAt: hoursAgo(98) });
  const old = await backup(hoursAgo(48));
  const newest = await backup(hoursAgo(24));
  const server = { datasource_id: job.datasourceId, place: "127.0.0.1:1" };
  const verified = (state: string) =>
    prisma.backupExecution.create({
      data: {
        operation: "restore",
        status: "failed",
        metadata: { temporary_databases: [{ name: "dg_verify_x", ...server, state }] },
      },
    });
  const left = await verified("left");
  await verified("kept");
  for (const [name, age] of [
    ["old", 48],
    ["new", 1],
  ] as const) {
    await writeFile(join(folder, `.dg-partial-${name}`), "x");
    await utimes(join(folder, `.dg-partial-${name}`), hoursAgo(age), hoursAgo(age));
  }
  const user = await prisma.user.findFirstOrThrow();
  for (const [tokenHash, age] of [
    ["long gone", 24 * 40],
    ["just ended", 1],
  ] as const) {
    await prisma.authSession.create({ data: { userId: user.id, tokenHash, expiresAt: hoursAgo(age) } });
  }
  const { datasourceId } = job;
  for (const [errorMessage, age] of [
    ["long ago", 24 * 31],
    ["lately", 24 * 29],
  ] as const) {
    const check = { status: "error", errorMessage, checkedAt: hoursAgo(age) } as const;
    await prisma.healthCheck.create({ data: { ...check, datasourceId } });
    await prisma.storageHealthCheck.create({ data: { ...check, storageLocationId: storage.id } });
  }

  await cleanUp(world.database);

  const rows = await prisma.backupExecution.findMany({ where: { artifactRemovedAt: null, jobId: job.id } });
  expect(rows.map((row) => row.id)).toEqual([newest.id]);
  const tasks = await prisma.$queryRaw<{ key: string }[]>`SELECT key FROM graphile_worker.jobs ORDER BY key`;
  expect(tasks.map((task) => task.key)).toEqual(
    [`remove-artifact:${refused.id}`, `remove-artifact:${old.id}`, `drop-temporary:${left.id}`].sort(),
  );
  expect(await readdir(folder)).toEqual(expect.arrayContaining([".dg-partial-new"]));
  expect(await readdir(folder)).not.toContain(".dg-partial-old");
  for (const kept of [await prisma.healthCheck.findMany(), await prisma.storageHealthCheck.findMany()]) {
    expect(kept.map((check) => check.errorMessage)).toEqual(["lately"]);
  }
  expect((await prisma.authSession.findMany()).map((session) => session.tokenHash)).toEqual(["just ended"]);
});
