import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namesBelow } from "#e2e/servers/names-below";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { connectionOf, createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { cancelExecution } from "#lib/features/executions/cancel-execution";
import { getExecution } from "#lib/features/executions/queries";
import type { ExecutionDetail } from "#lib/features/executions/schema";

/** Slow on purpose: the codec at its highest level holds the dump back for seconds, without any sleep. */
const SLOW = { compression: "gzip", compression_level: 9 };
const ROWS = 700_000;

/** Command lines of processes whose arguments contain `text`, for finding tools that should be gone. */
async function processesWith(text: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.map((line) => line.replaceAll("\0", " ")).filter((line) => line.includes(text));
}

/** What backups left in a storage: without its mark, and the file that a health check writes for a moment. */
async function backupsIn(folder: string): Promise<string[]> {
  return (await namesBelow(folder)).filter((name) => !/^\.dg-(storage|partial-[^/]+)$/.test(name));
}

describe.skipIf(!process.env.TEST_POSTGRES_URL)("faults (apt-get install postgresql)", () => {
  let world: World;
  let source: TestDatabase;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    world = await createWorld();
    source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    await query(
      source.url,
      `CREATE TABLE big AS SELECT n AS id, md5(n::text) || md5((n * 7)::text) || md5((n * 13)::text) AS text
       FROM generate_series(1, ${ROWS}) n`,
    );
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await world.close();
    await source.drop();
  });

  const worker = async (extra: Record<string, string> = {}, url = world.url): Promise<WorkerProcess> => {
    const started = await startWorker(url, extra);
    workers.push(started);
    return started;
  };
  const endWorker = async (process: WorkerProcess): Promise<void> => {
    process.kill("SIGKILL");
    await process.exited;
  };
  const look = (id: string) => getExecution.execute({ id }, world.admin);
  const ended = (id: string, limitMs?: number) =>
    until(
      "the execution ends",
      async () => {
        const found = await look(id);
        return ["completed", "failed", "cancelled"].includes(found.status) && found;
      },
      limitMs,
    );
  const dumping = (id: string) =>
    until("bytes flow", async () => ((await look(id)).progress?.bytesRead ?? 0) > 4_000_000);
  const run = async (jobId: string) => (await runJob.execute({ id: jobId }, world.admin)).executionId;

  /** What holds after every fault, whatever it was (the ten invariants, where they apply to one execution). */
  async function expectInvariants(execution: ExecutionDetail, folder: string): Promise<void> {
    const { prisma } = world.database;
    const { password } = connectionOf(source.url);
    const rows = await prisma.backupExecution.findMany({ where: { id: execution.id } });
    const told = JSON.stringify(
      [rows, await prisma.notification.findMany(), await prisma.auditLog.findMany()],
      (_, v) => (typeof v === "bigint" ? v.toString() : v),
    );
    expect(told).not.toContain(String(password));
    expect(await processesWith(String(password))).toEqual([]);
    const notices = await prisma.notification.findMany({
      where: { metadata: { path: ["execution_id"], equals: execution.id } },
    });
    expect(notices).toHaveLength(execution.status === "cancelled" ? 0 : 1);
    const copies = await prisma.backupCopy.findMany({ where: { executionId: execution.id } });
    if (execution.status === "completed") return;
    expect(execution.restorable).toBe(false);
    expect(copies).toEqual([]);
    const short = execution.id.slice(0, 8);
    await until("nothing of it lies on the storage", async () => {
      const names = await namesBelow(folder);
      return !names.some((name) => name.includes(`_${short}/`));
    });
  }

  async function freshFolder(): Promise<string> {
    return mkdtemp(join(world.storageRoot, "case-"));
  }

  test("kill -9 in the middle of a dump: the tool dies too, one alert, and the backup runs again", async () => {
    const folder = await freshFolder();
    const { job, datasource } = await createJobFor(world, {
      sourceUrl: source.url,
      storagePath: folder,
      options: SLOW,
    });
    const first = await worker();
    const id = await run(job.id);
    await dumping(id);
    const database = String(datasource.connectionConfig.database);
    await endWorker(first);
    await until(
      "pg_dump is gone",
      async () =>
        (
          await query(
            source.url,
            "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY public.big%'",
          )
        )[0]?.[0] === 0,
    );
    const second = await worker();
    const dead = await ended(id, 90_000);
    expect(dead).toMatchObject({ status: "failed" });
    expect(dead.errorMessage).toMatch(/worker stopped/i);
    await expectInvariants(dead, folder);
    const again = await until("a second attempt is queued", () =>
      world.database.prisma.backupExecution.findFirst({ where: { jobId: job.id, id: { not: id } } }),
    );
    const done = await ended(again.id);
    expect(done).toMatchObject({ status: "completed", datasourceName: datasource.name });
    expect(database).not.toBe("");
    await expectInvariants(done, folder);
    // The living say what they hold, or it would be taken from them too.
    const [alive] = await world.database.prisma.worker.findMany({ where: { pid: second.pid } });
    expect(alive?.queueWorkers.length).toBeGreaterThan(0);
    await until("the queue no longer holds what the dead worker did", async () => {
      const held = await world.database.prisma.$queryRaw<unknown[]>`
        SELECT id FROM graphile_worker.jobs WHERE key = ${`backup:${id}`}`;
      return held.length === 0;
    });
    await endWorker(second);
  }, 180_000);

  test("cancel in the middle of a dump ends the tool and leaves nothing", async () => {
    const folder = await freshFolder();
    const { job } = await createJobFor(world, { sourceUrl: source.url, storagePath: folder, options: SLOW });
    const running = await worker();
    const id = await run(job.id);
    await dumping(id);
    await cancelExecution.execute({ id }, world.admin);
    const cancelled = await ended(id);
    expect(cancelled).toMatchObject({ status: "cancelled" });
    await until(
      "the server's session ends",
      async () =>
        (
          await query(
            source.url,
            "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'dataguardian%'",
          )
        )[0]?.[0] === 0,
    );
    await expectInvariants(cancelled, folder);
    expect(await backupsIn(folder)).toEqual([]);
    await endWorker(running);
  });

  test("SIGTERM gives running work back to the queue, and another worker does it", async () => {
    const folder = await freshFolder();
    const { job } = await createJobFor(world, { sourceUrl: source.url, storagePath: folder, options: SLOW });
    const leaving = await worker({ WORKER_GRACE_MS: "0" });
    const id = await run(job.id);
    await dumping(id);
    leaving.kill("SIGTERM");
    expect(await leaving.exited).toBe(0);
    const staying = await worker();
    const done = await ended(id);
    expect(done).toMatchObject({ status: "completed", errorMessage: null });
    await expectInvariants(done, folder);
    await endWorker(staying);
  });

  test("a tool that exits 3 after closing its output is a failed backup; older ones stay", async () => {
    const folder = await freshFolder();
    const bin = await mkdtemp(join(tmpdir(), "dg-tools-"));
    const newer = await createDatabase(urlFrom("TEST_POSTGRES_NEWER_URL"));
    const script = [
      "#!/bin/sh",
      'case "$1" in --version) echo "pg_dump (PostgreSQL) 18.4"; exit 0;; esac',
      "printf PGDMP; echo half; exec 1>&-; echo 'pg_dump: error: the disk made a noise' >&2; exit 3",
    ];
    await writeFile(join(bin, "pg_dump"), `${script.join("\n")}\n`, { mode: 0o755 });
    const older = await createJobFor(world, { sourceUrl: source.url, storagePath: folder });
    const { job } = await createJobFor(world, { sourceUrl: newer.url, storagePath: folder });
    const running = await worker({ PATH: `${bin}${delimiter}${process.env.PATH}` });
    expect(await ended(await run(older.job.id))).toMatchObject({ status: "completed" });
    const before = await backupsIn(folder);
    const bad = await ended(await run(job.id));
    expect(bad).toMatchObject({ status: "failed", errorCode: "DUMP_FAILED" });
    expect(bad.errorMessage).toContain("the disk made a noise");
    expect(await backupsIn(folder)).toEqual(before);
    await expectInvariants(bad, folder);
    await endWorker(running);
    await newer.drop();
    await rm(bin, { recursive: true });
  });

  test.skipIf(process.getuid?.() !== 0)(
    "a full disk fails with place and room, and the worker lives (needs root for tmpfs)",
    async () => {
      const folder = join(world.storageRoot, "small");
      await mkdir(folder);
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]).status).toBe(0);
      try {
        const { job } = await createJobFor(world, { sourceUrl: source.url, storagePath: folder });
        const running = await worker();
        const full = await ended(await run(job.id));
        expect(full).toMatchObject({ status: "failed", errorCode: "STORAGE_UNREACHABLE" });
        expect(full.errorMessage).toMatch(/space|room|full/i);
        expect(await backupsIn(folder)).toEqual([]);
        await expectInvariants(full, folder);
        const fine = await createJobFor(world, { sourceUrl: source.url, storagePath: await freshFolder() });
        expect(await ended(await run(fine.job.id))).toMatchObject({ status: "completed" });
        await endWorker(running);
      } finally {
        spawnSync("umount", [folder]);
      }
    },
  );

  test("two workers on one queue: fifty executions, each exactly once", async () => {
    const folder = await freshFolder();
    const tiny = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    await query(tiny.url, "CREATE TABLE t AS SELECT 1 AS id");
    const jobs = await Promise.all(
      Array.from({ length: 50 }, () => createJobFor(world, { sourceUrl: tiny.url, storagePath: folder })),
    );
    const [one, two] = await Promise.all([worker(), worker()]);
    const ids = await Promise.all(jobs.map(({ job }) => run(job.id)));
    const done = await Promise.all(ids.map((id) => ended(id, 240_000)));
    expect(done.map((execution) => execution.status)).toEqual(Array(50).fill("completed"));
    const rows = await world.database.prisma.backupExecution.findMany({ where: { id: { in: ids } } });
    expect(rows.every((row) => row.leaseToken === 1)).toBe(true);
    expect(new Set(rows.map((row) => row.leaseOwner)).size).toBe(2);
    const manifests = (await backupsIn(folder)).filter((name) => name.endsWith("/manifest.json"));
    expect(manifests).toHaveLength(50);
    for (const execution of done) await expectInvariants(execution, folder);
    await endWorker(one);
    await endWorker(two);
    await tiny.drop();
  }, 300_000);
});
