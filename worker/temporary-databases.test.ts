import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres } from "#e2e/servers/postgres";
import { query } from "#e2e/servers/query";
import { startTcpProxy, type TcpProxy } from "#e2e/servers/tcp-proxy";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import type { EmbeddedServer } from "#lib/db/embedded";
import { env } from "#lib/env";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { cancelExecution } from "#lib/features/executions/cancel-execution";
import { deleteExecution } from "#lib/features/executions/delete-execution";
import { getExecution, getExecutionLogs } from "#lib/features/executions/queries";
import { type TemporaryDatabase, temporaryDatabasesOf } from "#lib/features/executions/schema";

const ROWS = 60_000;
/** A piece is at most 64 KiB: the rows take seconds where each piece takes so long. */
const PIECE_MS = 80;

interface Stopped {
  readonly id: string;
  readonly name: string;
}

/**
 * Verifications whose worker or server goes away in the middle. The server is this file's own, behind a bad
 * network: what passes through it stops where a test wants it to. A dead worker's lease is ended by hand.
 */
describe.skipIf(!process.env.TEST_POSTGRES_URL)("temporary databases (apt-get install postgresql)", () => {
  let world: World;
  let directory: string;
  let server: EmbeddedServer;
  let proxy: TcpProxy;
  let backupId: string;
  /** Those at work, and all that were ever started. */
  const workers: WorkerProcess[] = [];
  const started: WorkerProcess[] = [];

  beforeAll(async () => {
    await mkdir(env().DATA_DIR, { recursive: true });
    directory = await mkdtemp(join(env().DATA_DIR, "temporary-"));
    const [own] = await Promise.all([
      startPostgres(directory),
      createWorld().then(async (made) => {
        world = made;
        await worker();
      }),
    ]);
    if (own === null) throw new Error("PostgreSQL does not start.");
    server = own;
    proxy = await startTcpProxy({ port: server.port });
    const text = "md5(n::text) || md5((n * 7)::text) || md5((n * 13)::text)";
    await query(
      server.url,
      `CREATE TABLE big AS SELECT n AS id, ${text} AS text FROM generate_series(1, ${ROWS}) n`,
    );
    const { job } = await createJobFor(world, { sourceUrl: server.url, connection: { port: proxy.port } });
    backupId = (await runJob.execute({ id: job.id }, world.admin)).executionId;
    expect(await ended(backupId)).toMatchObject({ status: "completed" });
  });
  afterAll(async () => {
    for (const each of started) each.kill("SIGKILL");
    await world.close();
    await proxy.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const worker = async () => {
    const running = await startWorker(world.url, { WORKER_GRACE_MS: "0" });
    started.push(running);
    workers.push(running);
  };
  const endWorkers = async () => {
    for (const each of workers.splice(0)) {
      each.kill("SIGKILL");
      await each.exited;
    }
  };
  const look = (id: string) => getExecution.execute({ id }, world.admin);
  const ended = (id: string) =>
    until("the execution ends", async () => {
      const found = await look(id);
      return found.finishedAt !== null && found;
    });
  const verify = async (keep: boolean) => {
    const order = { executionId: backupId, verificationMode: true, keepVerificationDatabase: keep };
    return (await restoreBackup.execute({ ...order, confirmationPhrase: "VERIFY RESTORE" }, world.admin))
      .executionId;
  };
  const remembered = async (id: string): Promise<TemporaryDatabase[]> =>
    temporaryDatabasesOf((await look(id)).metadata);
  const settled = (id: string, state: TemporaryDatabase["state"]) =>
    until(`all is ${state}`, async () => {
      const known = await remembered(id);
      return known.length > 0 && known.every((each) => each.state === state) && known;
    });
  const lines = async (id: string) =>
    (await getExecutionLogs.execute({ id }, world.admin)).logs.map(({ message }) => message);
  const databases = async () =>
    (await query(server.url, "SELECT datname FROM pg_database WHERE datname LIKE 'dg%' ORDER BY 1")).flat();
  /** Begins verifications, slowly, and stops the network once the databases are there and rows arrive. */
  const stoppedInTheMiddle = async <Keep extends boolean[]>(...keep: Keep) => {
    proxy.setLatency(PIECE_MS);
    const before = proxy.carried.up;
    const ids = await Promise.all(keep.map((each) => verify(each)));
    const names = await until("the databases are made", async () => {
      const known = (await Promise.all(ids.map(remembered))).flatMap(([each]) => each?.name ?? []);
      const made = await databases();
      return known.length === ids.length && known.every((name) => made.includes(name)) && known;
    });
    await until("rows arrive", () => proxy.carried.up > before + 100_000);
    proxy.pause();
    proxy.setLatency(0);
    return ids.map((id, index) => ({ id, name: names[index] ?? "" })) as { [K in keyof Keep]: Stopped };
  };
  const endLease = (id: string) =>
    world.database.prisma.backupExecution.update({ where: { id }, data: { leaseExpiresAt: new Date(0) } });

  test("kill -9 in the middle: what is not to be kept goes by its name, and nothing else", async () => {
    const whole = await verify(true);
    expect(await ended(whole)).toMatchObject({ status: "completed" });
    const [{ id, name }, { id: keeping, name: kept }] = await stoppedInTheMiddle(false, true);
    expect(name).toMatch(/^dg_verify_source_\d+_\d{14}$/);
    expect((await look(id)).metadata.verification_database).toBe(name);
    await endWorkers();
    const others = [`${name}_1`, "dg_verify_mine"];
    for (const other of others) await query(server.url, `CREATE DATABASE ${other}`);
    expect(await databases()).toContain(name);
    proxy.resume();
    for (const each of [id, keeping]) await endLease(each);
    await worker();
    const failed = { status: "failed", errorMessage: expect.stringMatching(/of this verification/) };
    expect(await ended(id)).toMatchObject(failed);
    expect((await ended(keeping)).errorMessage).toMatch(`may hold a part of the data only: ${kept}`);
    await settled(id, "dropped");
    const [first] = await settled(whole, "kept");
    await settled(keeping, "kept");
    expect(await databases()).toEqual([...others, kept, first?.name].sort());
    expect((await lines(id)).join("\n")).toMatch(`database ${name} was left behind by`);
    const { prisma } = world.database;
    await until("the queue has nothing left to drop", async () => {
      const tasks = await prisma.$queryRaw<unknown[]>`
        SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'drop-temporary'`;
      return tasks.length === 0;
    });
    for (const each of await databases()) await query(server.url, `DROP DATABASE ${each} WITH (FORCE)`);
  });

  test("a worker that stopped and wakes after the removal changes nothing", async () => {
    const [{ id }] = await stoppedInTheMiddle(false);
    const [sleeper] = workers.splice(0);
    sleeper?.kill("SIGSTOP");
    await endLease(id);
    proxy.resume();
    await worker();
    // Its tool still has its connections to the database.
    await settled(id, "dropped");
    expect(await databases()).toEqual([]);
    sleeper?.kill("SIGCONT");
    sleeper?.kill("SIGTERM");
    expect(await sleeper?.exited).toBe(0);
    expect(await look(id)).toMatchObject({ status: "failed" });
    expect(await databases()).toEqual([]);
  });

  test("a server that is away when it should drop gets it done later", async () => {
    const [{ id, name }] = await stoppedInTheMiddle(false);
    await cancelExecution.execute({ id }, world.admin);
    const stopped = server.stop();
    proxy.resume();
    proxy.cut();
    await stopped;
    expect(await ended(id)).toMatchObject({ status: "cancelled" });
    await until("the queue has tried once", async () =>
      (await lines(id)).some((line) => /tried again\.$/.test(line)),
    );
    await expect(deleteExecution.execute({ id }, world.admin)).rejects.toMatchObject({
      code: "EXECUTION_NOT_DELETABLE",
    });
    server = (await startPostgres(directory)) ?? server;
    await settled(id, "dropped");
    expect(await databases()).toEqual([]);
    expect((await lines(id)).join("\n")).toMatch(
      new RegExp(`${name} could not be dropped.*${name} was left`, "s"),
    );
  });

  test("SIGTERM gives it back to the queue: another name, and nothing of the first stays", async () => {
    const [leaving] = workers.splice(0);
    const [{ id, name: first }] = await stoppedInTheMiddle(false);
    leaving?.kill("SIGTERM");
    await until("it has to stop", () => leaving?.output().includes("worker stops"));
    proxy.resume();
    expect(await leaving?.exited).toBe(0);
    await worker();
    expect(await ended(id)).toMatchObject({ status: "completed" });
    const known = await settled(id, "dropped");
    expect(known.map(({ name }) => name)).toEqual([first, expect.not.stringMatching(first)]);
    expect(await databases()).toEqual([]);
  });
});
