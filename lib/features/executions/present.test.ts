import { afterAll, beforeAll, expect, test } from "vitest";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { deleteJob } from "#lib/features/backup-jobs/delete-job";
import { listBackupsOfDatasource } from "#lib/features/backups/queries";
import { deleteDatasource } from "#lib/features/datasources/delete-datasource";
import { listExecutions } from "#lib/features/executions/queries";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("lists know what a deleted job and datasource were called, and a verification from a restore", async () => {
  const { prisma } = world.database;
  const { job, datasource } = await createJobFor(world, { sourceUrl: "postgresql://u:p@127.0.0.1:1/none" });
  const metadata = { job_name: job.name, datasource_name: datasource.name };
  const row = (data: object) =>
    prisma.backupExecution.create({
      data: { jobId: job.id, datasourceId: datasource.id, status: "completed", metadata, ...data },
    });
  await row({ createdAt: new Date(1000) });
  await row({ createdAt: new Date(2000), metadata: {} });
  const operation = "restore";
  await row({ createdAt: new Date(3000), operation });
  const request = { restore_request: { verification_mode: true } };
  await row({ createdAt: new Date(4000), operation, metadata: { ...metadata, ...request } });
  const shown = async () =>
    (await listExecutions.execute({}, world.admin)).data.map((each) => [
      each.jobName,
      each.datasourceName,
      each.verification,
    ]);
  const named = (verification: boolean) => [job.name, datasource.name, verification];
  expect(await shown()).toEqual([named(true), named(false), named(false), named(false)]);

  await deleteJob.execute({ id: job.id }, world.admin);
  await deleteDatasource.execute({ id: datasource.id }, world.admin);
  expect(await shown()).toEqual([named(true), named(false), [null, null, false], named(false)]);
  const { data } = await listBackupsOfDatasource.execute({ datasourceId: "unassigned" }, world.admin);
  expect(data.map((each) => each.jobName)).toEqual([null, job.name]);
});
