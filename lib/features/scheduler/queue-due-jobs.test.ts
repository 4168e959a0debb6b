import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { query } from "#e2e/servers/query";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { openDatabase } from "#lib/db/client";
import { queueDueJobs } from "#lib/features/scheduler/queue-due-jobs";

// The source is never asked: these tests are about what gets queued.
const NOWHERE = "postgresql://u:p@127.0.0.1:1/none";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  await world.database.prisma.backupExecution.deleteMany();
  await world.database.prisma.backupJob.deleteMany();
});
afterAll(() => world.close());

async function jobDueAt(at: string, schedule: { cron: string; zone?: string }) {
  const { job, datasource } = await createJobFor(world, { sourceUrl: NOWHERE });
  await world.database.prisma.backupJob.update({
    where: { id: job.id },
    data: {
      scheduleCron: schedule.cron,
      scheduleTimezone: schedule.zone ?? "UTC",
      nextExecutionAt: new Date(at),
    },
  });
  return { ...job, datasourceId: datasource.id };
}
const executions = (jobId: string) =>
  world.database.prisma.backupExecution.findMany({ where: { jobId }, orderBy: { createdAt: "asc" } });
const reload = (id: string) => world.database.prisma.backupJob.findUniqueOrThrow({ where: { id } });

test("a due job is queued once for its instant, and planned anew", async () => {
  const job = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  const now = new Date("2026-05-01T03:00:20Z");
  expect(await queueDueJobs(world.database, now)).toBe(1);
  expect(await queueDueJobs(world.database, now)).toBe(0);
  const [execution, ...rest] = await executions(job.id);
  expect(rest).toEqual([]);
  expect(execution).toMatchObject({ status: "queued", scheduledFor: new Date("2026-05-01T03:00:00Z") });
  expect((await reload(job.id)).nextExecutionAt).toEqual(new Date("2026-05-02T03:00:00Z"));
  const tasks = await world.database.prisma.$queryRaw<{ task_identifier: string }[]>`
    SELECT task_identifier FROM graphile_worker.jobs WHERE key = ${`backup:${execution?.id}`}`;
  expect(tasks).toEqual([{ task_identifier: "backup" }]);
});

test("eight schedulers at once queue each instant exactly once", async () => {
  const jobs = await Promise.all(
    Array.from({ length: 6 }, () => jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" })),
  );
  const others = Array.from({ length: 8 }, () => openDatabase(world.url, 2));
  const now = new Date("2026-05-01T03:01:00Z");
  const counts = await Promise.all(others.map((database) => queueDueJobs(database, now)));
  await Promise.all(others.map((database) => database.close()));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(jobs.length);
  for (const job of jobs) expect(await executions(job.id)).toHaveLength(1);
});

test("what was missed runs once, for the latest instant", async () => {
  const job = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  expect(await queueDueJobs(world.database, new Date("2026-05-09T10:00:00Z"))).toBe(1);
  const found = await executions(job.id);
  expect(found.map((row) => row.scheduledFor?.toISOString())).toEqual(["2026-05-09T03:00:00.000Z"]);
  expect((await reload(job.id)).nextExecutionAt).toEqual(new Date("2026-05-10T03:00:00Z"));
});

test("the repeated hour of autumn gives one run of a daily job", async () => {
  const job = await jobDueAt("2026-10-25T00:30:00Z", { cron: "30 2 * * *", zone: "Europe/Berlin" });
  for (const minute of ["2026-10-25T00:30:10Z", "2026-10-25T01:30:10Z", "2026-10-25T02:00:00Z"]) {
    await queueDueJobs(world.database, new Date(minute));
  }
  expect(await executions(job.id)).toHaveLength(1);
  expect((await reload(job.id)).nextExecutionAt).toEqual(new Date("2026-10-26T01:30:00Z"));
});

test("while a run goes on the next instant is skipped, visibly", async () => {
  const job = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  await queueDueJobs(world.database, new Date("2026-05-01T03:00:10Z"));
  expect(await queueDueJobs(world.database, new Date("2026-05-02T03:00:10Z"))).toBe(0);
  const [first, skipped] = await executions(job.id);
  expect(first?.status).toBe("queued");
  expect(skipped).toMatchObject({ status: "cancelled", scheduledFor: new Date("2026-05-02T03:00:00Z") });
  expect(skipped?.errorMessage).toMatch(/^Skipped/);
});

test("one bad job stops nobody: it is set aside with its reason", async () => {
  const bad = await jobDueAt("2026-05-01T03:00:00Z", { cron: "not a cron at all" });
  const lost = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *", zone: "Mars/Base" });
  const good = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  const now = new Date("2026-05-01T03:00:20Z");
  expect(await queueDueJobs(world.database, now)).toBe(1);
  expect(await executions(good.id)).toHaveLength(1);
  expect((await reload(bad.id)).scheduleError).toBeTruthy();
  expect((await reload(lost.id)).scheduleError).toMatch(/time zone/);
  expect((await reload(lost.id)).nextExecutionAt).toEqual(new Date(now.getTime() + 3_600_000));
});

test("a job that the database did not take stays due for its instant, with a word on it", async () => {
  const job = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  const good = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  await query(
    world.url,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'away for a moment'; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON backup_executions FOR EACH ROW
     WHEN (NEW.job_id = '${job.id}') EXECUTE FUNCTION refuse()`,
  );
  expect(await queueDueJobs(world.database, new Date("2026-05-01T03:00:20Z"))).toBe(1);
  expect(await executions(good.id)).toHaveLength(1);
  const waiting = await reload(job.id);
  expect(waiting.scheduleError).toMatch(/keeps trying/);
  expect(waiting.nextExecutionAt).toEqual(new Date("2026-05-01T03:00:00Z"));

  await query(world.url, "DROP FUNCTION refuse CASCADE");
  expect(await queueDueJobs(world.database, new Date("2026-05-01T03:01:20Z"))).toBe(1);
  const [run] = await executions(job.id);
  expect(run?.scheduledFor).toEqual(new Date("2026-05-01T03:00:00Z"));
  expect((await reload(job.id)).scheduleError).toBeNull();
});

test("jobs of a disabled datasource and disabled jobs do not run", async () => {
  const silent = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  await world.database.prisma.datasource.update({
    where: { id: silent.datasourceId },
    data: { enabled: false },
  });
  const off = await jobDueAt("2026-05-01T03:00:00Z", { cron: "0 3 * * *" });
  await world.database.prisma.backupJob.update({ where: { id: off.id }, data: { enabled: false } });
  expect(await queueDueJobs(world.database, new Date("2026-05-01T03:00:20Z"))).toBe(0);
  expect(await executions(silent.id)).toEqual([]);
  expect((await reload(silent.id)).nextExecutionAt).toEqual(new Date("2026-05-02T03:00:00Z"));
});
