import { afterAll, beforeAll, expect, test } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { listJobs } from "#lib/features/backup-jobs/queries";
import { listDatasources } from "#lib/features/datasources/queries";
import { listJobRuns } from "#lib/features/executions/job-runs-query";

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

test("a run over several databases counts as one: the worst status, sizes summed", async () => {
  const { prisma } = world.database;
  const { job, datasource } = await createJobFor(world, { sourceUrl: "postgresql://u:p@127.0.0.1:1/none" });
  const at = (minute: number) => new Date(Date.UTC(2026, 1, 1, 0, minute));
  const add = (databaseName: string, minute: number, data: object) =>
    prisma.backupExecution.create({
      data: {
        jobId: job.id,
        datasourceId: datasource.id,
        databaseName,
        createdAt: at(minute),
        startedAt: at(minute),
        finishedAt: at(minute + 1),
        sizeBytes: 100n,
        compressedSizeBytes: 10n,
        ...data,
      },
    });
  const groupId = crypto.randomUUID();
  await add("a", 1, { id: groupId, groupId, status: "completed" });
  const failed = await add("b", 2, { groupId, status: "failed", errorMessage: "no" });
  await add("c", 3, { groupId, status: "running", finishedAt: null });
  const single = await prisma.backupExecution.create({
    data: { jobId: job.id, datasourceId: datasource.id, status: "completed", createdAt: at(0) },
  });
  const lastOf = async () => (await listJobs.execute({}, world.admin)).data.find(({ id }) => id === job.id);
  expect(await lastOf()).toMatchObject({
    lastExecutionId: failed.id,
    lastStatus: "failed",
    lastRunAt: at(1),
    lastSizeBytes: 30n,
    lastDurationSeconds: null,
  });
  const runs = await listJobRuns.execute({ jobId: job.id }, world.admin);
  expect(runs.executionsCount).toBe(4);
  expect(runs.data).toMatchObject([
    { id: failed.id, status: "failed", errorMessage: "no", sizeBytes: 300n, databasesCount: 3 },
    { id: single.id, status: "completed", databasesCount: null },
  ]);

  // What ran again counts instead of what failed.
  await add("b", 4, { groupId, status: "completed" });
  expect(await lastOf()).toMatchObject({ lastExecutionId: groupId, lastStatus: "running" });
  await prisma.backupExecution.updateMany({
    where: { groupId, status: "running" },
    data: { status: "completed", finishedAt: at(6) },
  });
  expect(await lastOf()).toMatchObject({ lastStatus: "completed", lastDurationSeconds: 300 });

  // Without its first execution the others stand for themselves.
  await prisma.backupExecution.update({ where: { id: groupId }, data: { deleteRequestedAt: at(7) } });
  expect((await listJobRuns.execute({ jobId: job.id }, world.admin)).data).toHaveLength(4);
});
