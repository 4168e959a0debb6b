import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorld, type World } from "#e2e/servers/world";
import { freeLostTasks } from "#lib/features/system/free-lost-tasks";
import { announceWorker } from "#lib/features/system/worker-presence";
import { enqueue } from "#lib/tasks/enqueue";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const prisma = () => world.database.prisma;

/** Has `worker` of the queue take the task, so many seconds ago. */
async function take(key: string, worker: string, secondsAgo: number): Promise<void> {
  await prisma().$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_by = ${worker}, attempts = attempts + 1,
      locked_at = now() - make_interval(secs => ${secondsAgo})
    WHERE key = ${key}`;
}

async function tasks(): Promise<Record<string, string | null>> {
  const rows = await prisma().$queryRaw<{ key: string; locked_by: string | null }[]>`
    SELECT key, locked_by FROM graphile_worker.jobs`;
  return Object.fromEntries(rows.map((row) => [row.key, row.locked_by]));
}

async function silent(worker: string): Promise<void> {
  await prisma().$executeRaw`UPDATE workers SET last_seen_at = now() - interval '2 min' WHERE id = ${worker}`;
}

test("what a dead worker held is free again; what a live one holds, or took just now, is not", async () => {
  for (const [id, queueWorkers] of [
    ["dead", ["d1", "d2"]],
    ["live", ["l1", "l2"]],
  ] as const) {
    await announceWorker(prisma(), { id, version: "1", queueWorkers });
  }
  await silent("dead");
  const held: Record<string, string> = {};
  const takers = { d1: 100, d2: 10, l1: 9000, "never announced": 100 };
  for (const [worker, secondsAgo] of Object.entries(takers)) {
    const jobId = crypto.randomUUID();
    await enqueue(prisma(), "retention", { jobId });
    held[worker] = `retention:${jobId}`;
    await take(held[worker], worker, secondsAgo);
  }
  await freeLostTasks(prisma());
  const now = await tasks();
  const left = Object.fromEntries(Object.entries(held).map(([worker, key]) => [worker, now[key]]));
  expect(left).toEqual({ d1: null, d2: "d2", l1: "l1", "never announced": null });
});

test("a worker says under which names it holds tasks now, not under which it did", async () => {
  await announceWorker(prisma(), { id: "again", version: "1", queueWorkers: ["old"] });
  await announceWorker(prisma(), { id: "again", version: "1", queueWorkers: ["new"] });
  const row = await prisma().worker.findUniqueOrThrow({ where: { id: "again" } });
  expect(row.queueWorkers).toEqual(["new"]);
});

test("a task whose execution has ended goes, and so does one that was rung anew; the others are kept", async () => {
  await prisma().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  const task = async (status: "queued" | "running" | "completed" | "failed") => {
    const row = await prisma().backupExecution.create({ data: { status } });
    await enqueue(prisma(), "backup", { executionId: row.id });
    await take(`backup:${row.id}`, "nobody", 100);
    return `backup:${row.id}`;
  };
  await task("completed");
  await task("failed");
  const live = [await task("queued"), await task("running")];
  const jobId = crypto.randomUUID();
  await enqueue(prisma(), "retention", { jobId });
  await take(`retention:${jobId}`, "nobody", 100);
  await prisma().$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`;
  // Taken, so the second request is one more task, and the first has no key any longer.
  await enqueue(prisma(), "retention", { jobId });
  expect(Object.keys(await tasks())).toHaveLength(6);

  await freeLostTasks(prisma());
  expect(Object.keys(await tasks()).sort()).toEqual([...live, `retention:${jobId}`].sort());
});

test("a task that failed for good and was not rung again stays to be seen", async () => {
  await prisma().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await enqueue(prisma(), "scan-storage", { storageLocationId: crypto.randomUUID() });
  await prisma().$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`;
  await freeLostTasks(prisma());
  expect(Object.keys(await tasks())).toHaveLength(1);
});
