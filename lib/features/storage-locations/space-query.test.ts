import { afterAll, beforeAll, expect, test } from "vitest";
import { contextFor, createJobFor, createWorld, type World } from "#e2e/servers/world";
import type { UserActor } from "#lib/features/context";
import { getStorageSpace } from "#lib/features/storage-locations/space-query";

const DAY_MS = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("space is told per job and per day; jobs that are gone or out of scope are one row", async () => {
  const { prisma } = world.database;
  const sourceUrl = "postgresql://u:p@127.0.0.1:1/none";
  const { job, storage } = await createJobFor(world, { sourceUrl });
  const { job: hidden, storage: other } = await createJobFor(world, { sourceUrl });
  const today = new Date(new Date().toISOString().slice(0, 10));
  const stored = (
    jobId: string | null,
    daysAgo: number,
    sizeBytes: bigint,
    status = "stored",
    at = storage.id,
  ) =>
    prisma.backupExecution.create({
      data: {
        jobId,
        status: "completed",
        createdAt: new Date(today.getTime() - daysAgo * DAY_MS),
        copies: {
          create: {
            storageLocationId: at,
            status: status as "stored",
            backupPath: `a/b/${crypto.randomUUID()}`,
            sizeBytes,
          },
        },
      },
    });
  await stored(job.id, 0, 9_000_000_000_000n);
  await stored(job.id, 29, 5n);
  await stored(job.id, 30, 7n);
  await stored(hidden.id, 29, 100n);
  await stored(null, 1, 10n);
  await stored(job.id, 1, 3n, "removed");
  await stored(job.id, 1, 1000n, "failed");
  await stored(job.id, 1, 1000n, "stored", other.id);

  const all = await getStorageSpace.execute({ id: storage.id }, world.admin);
  expect(all.jobs).toMatchObject([
    { id: job.id, name: job.name, backupsCount: 3, usedBytes: 9_000_000_000_012n },
    { id: hidden.id, name: hidden.name, backupsCount: 1, usedBytes: 100n },
    { id: null, name: null, backupsCount: 1, usedBytes: 10n },
  ]);
  expect(all.days).toHaveLength(30);
  const day = (daysAgo: number) => all.days.at(29 - daysAgo);
  expect(day(0)).toEqual({
    day: today.toISOString().slice(0, 10),
    storedBytes: 9_000_000_000_000n,
    backupsCount: 1,
  });
  expect(day(1)).toMatchObject({ storedBytes: 13n, backupsCount: 2 });
  expect(day(2)).toMatchObject({ storedBytes: 0n, backupsCount: 0 });
  expect(day(29)).toMatchObject({ storedBytes: 105n, backupsCount: 2 });

  const admin = world.admin.actor as UserActor;
  const scope = { permission: "backup_jobs.read", resourceType: "backup_job", resourceIds: [job.id] };
  const narrow = contextFor(world.database, { ...admin, scopes: [{ ...scope, deniedResourceIds: [] }] });
  const seen = await getStorageSpace.execute({ id: storage.id }, narrow);
  expect(seen.jobs).toMatchObject([
    { id: job.id },
    { id: null, name: null, backupsCount: 2, usedBytes: 110n },
  ]);
});
