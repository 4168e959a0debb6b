import { afterAll, beforeAll, expect, test } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { listJobs } from "#lib/features/backup-jobs/queries";
import { listDatasources } from "#lib/features/datasources/queries";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("lists show the newest backup of each job and datasource, and nothing else", async () => {
  const { prisma } = world.database;
  const sourceUrl = "postgresql://u:p@127.0.0.1:1/none";
  const first = await createJobFor(world, { sourceUrl });
  const second = await createJobFor(world, { sourceUrl });
  const run = (minute: number, data: object) =>
    prisma.backupExecution.create({
      data: {
        jobId: first.job.id,
        datasourceId: first.datasource.id,
        createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
        finishedAt: new Date(Date.UTC(2026, 0, 1, 0, minute, 30)),
        ...data,
      },
    });
  await run(1, { status: "completed", compressedSizeBytes: 5_000_000_000n, durationSeconds: 1.5 });
  const failed = await run(2, { status: "failed", durationSeconds: 2.5 });
  const queued = await run(3, { status: "queued", finishedAt: null });
  await run(4, { status: "completed", operation: "restore" });
  await run(5, { status: "failed", deleteRequestedAt: new Date() });

  const jobs = (await listJobs.execute({}, world.admin)).data;
  expect(jobs.find((job) => job.id === first.job.id)).toMatchObject({
    lastExecutionId: queued.id,
    lastStatus: "queued",
    lastRunAt: queued.createdAt,
  });
  expect(jobs.find((job) => job.id === second.job.id)).toMatchObject({
    lastExecutionId: null,
    lastStatus: null,
  });
  await prisma.backupExecution.deleteMany({
    where: { OR: [{ id: queued.id }, { deleteRequestedAt: { not: null } }] },
  });
  const sources = (await listDatasources.execute({}, world.admin)).data;
  expect(sources.find((source) => source.id === first.datasource.id)).toMatchObject({
    lastBackupStatus: "failed",
    lastBackupAt: failed.finishedAt,
  });
  expect(sources.find((source) => source.id === second.datasource.id)).toMatchObject({ lastBackupAt: null });
});
