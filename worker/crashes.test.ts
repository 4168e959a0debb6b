import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namesBelow } from "#e2e/servers/names-below";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { migrate } from "#lib/db/migrate";
import { env } from "#lib/env";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { getExecution } from "#lib/features/executions/queries";

const SLOW = { compression: "gzip", compression_level: 9 };
const ROWS = 700_000;
/** The lease's minute, the sweeper's turn, and a slow machine. */
const RECOVERY_MS = 150_000;

/**
 * Crashes that need the lease to run out. Each test has an installation of its own, so they wait side by side.
 */
describe.skipIf(!process.env.TEST_POSTGRES_URL)("crashes (apt-get install postgresql)", () => {
  let source: TestDatabase;
  const worlds: World[] = [];
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    await query(
      source.url,
      `CREATE TABLE big AS SELECT n AS id, md5(n::text) || md5((n * 7)::text) || md5((n * 13)::text) AS text
       FROM generate_series(1, ${ROWS}) n`,
    );
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    for (const world of worlds) await world.close();
    await source.drop();
  });

  async function prepare(options: Record<string, unknown>, url?: string) {
    const world = await createWorld(url);
    worlds.push(world);
    const folder = await mkdtemp(join(world.storageRoot, "case-"));
    const { job } = await createJobFor(world, { sourceUrl: source.url, storagePath: folder, options });
    const worker = async () => {
      const started = await startWorker(world.url);
      workers.push(started);
      return started;
    };
    const run = async () => (await runJob.execute({ id: job.id }, world.admin)).executionId;
    const look = (id: string) => getExecution.execute({ id }, world.admin);
    const ended = (id: string) =>
      until(
        "the execution ends",
        async () => {
          const found = await look(id);
          return ["completed", "failed", "cancelled"].includes(found.status) && found;
        },
        RECOVERY_MS,
      );
    const dumping = (id: string) =>
      until("bytes flow", async () => ((await look(id)).progress?.bytesRead ?? 0) > 4_000_000);
    const names = async () => (await namesBelow(folder)).map((name) => name.split("/").at(-1));
    const notices = (id: string) =>
      world.database.prisma.notification.count({
        where: { metadata: { path: ["execution_id"], equals: id } },
      });
    return { world, job, worker, run, look, ended, dumping, names, notices };
  }

  test.concurrent("kill -9 after the manifest, before the commit: adopted, once", async () => {
    const { world, worker, run, ended, names, notices } = await prepare({});
    // Nobody can write this table now: the artifact gets whole and visible, and its commit waits.
    const blocker = new pg.Client({ connectionString: world.url });
    await blocker.connect();
    await blocker.query("BEGIN; LOCK TABLE backup_copies IN EXCLUSIVE MODE");
    const doomed = await worker();
    const id = await run();
    await until("the manifest is written", async () => (await names()).includes("execution.log"));
    doomed.kill("SIGKILL");
    await doomed.exited;
    await blocker.end();
    await worker();
    const done = await ended(id);
    expect(done).toMatchObject({ status: "completed", restorable: true });
    expect(done.copies).toHaveLength(1);
    expect(done.chunks).toHaveLength(1);
    expect((await names()).filter((name) => name === "manifest.json")).toHaveLength(1);
    expect(await world.database.prisma.backupExecution.count()).toBe(1);
    expect(await notices(id)).toBe(1);
  }, 240_000);

  test.concurrent("a stopped worker that wakes after its lease changes nothing", async () => {
    const { world, job, worker, run, ended, dumping, names, notices } = await prepare(SLOW);
    const sleeper = await worker();
    const id = await run();
    await dumping(id);
    sleeper.kill("SIGSTOP");
    await worker();
    const dead = await ended(id);
    expect(dead.status).toBe("failed");
    const again = await until("a second attempt", () =>
      world.database.prisma.backupExecution.findFirst({ where: { jobId: job.id, id: { not: id } } }),
    );
    sleeper.kill("SIGCONT");
    const done = await ended(again.id);
    expect(done.status).toBe("completed");
    await until("the sleeper has nothing left to do", () => sleeper.output().includes("worker ready"));
    sleeper.kill("SIGTERM");
    expect(await sleeper.exited).toBe(0);
    expect((await ended(id)).status).toBe("failed");
    expect((await names()).filter((name) => name === "manifest.json")).toHaveLength(1);
    expect((await names()).some((name) => name?.endsWith(`_${id.slice(0, 8)}`))).toBe(false);
    expect(await notices(id)).toBe(1);
  }, 240_000);

  test.concurrent("the metadata database dies and returns in the middle of a backup", async () => {
    await mkdir(env().DATA_DIR, { recursive: true });
    const directory = await mkdtemp(join(env().DATA_DIR, "outage-"));
    let server = await startPostgresNewer(directory);
    await migrate(server.url);
    const { worker, run, ended, dumping, notices } = await prepare(SLOW, server.url);
    const running = await worker();
    const id = await run();
    await dumping(id);
    process.kill(server.pid, "SIGQUIT");
    await server.exited;
    server = await startPostgresNewer(directory);
    const done = await until("the backup completes", () => ended(id).catch(() => null), RECOVERY_MS);
    expect(done).toMatchObject({ status: "completed", errorMessage: null });
    expect(await notices(id)).toBe(1);
    expect(running.output()).not.toMatch(/unhandled|uncaught/i);
    running.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    await worlds.find((world) => world.url === server.url)?.database.close();
    worlds.splice(
      worlds.findIndex((world) => world.url === server.url),
      1,
    );
    await server.stop();
  }, 240_000);
});
