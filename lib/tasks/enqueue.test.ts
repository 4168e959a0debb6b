import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { query as sql } from "#e2e/servers/query";
import { createTestDatabase, type TestDatabase } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { type Database, openDatabase } from "#lib/db/client";
import { enqueue } from "#lib/tasks/enqueue";

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase(own.url);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const tasks = (jobId: string) =>
  sql(
    own.url,
    `SELECT key, locked_at IS NOT NULL FROM graphile_worker._private_jobs
     WHERE payload->>'jobId' = '${jobId}' ORDER BY id`,
  );

test("equal tasks that wait become one", async () => {
  const jobId = randomUUID();
  await enqueue(database.prisma, "retention", { jobId });
  await enqueue(database.prisma, "retention", { jobId });
  expect(await tasks(jobId)).toEqual([[`retention:${jobId}`, false]]);
});

test("a task that is taken while an equal one is added gets a successor", async () => {
  const jobId = randomUUID();
  const worker = new pg.Client({ connectionString: own.url });
  await worker.connect();
  try {
    // Both happen before the other session sees either: it finds no task, waits for this one, and finds it taken.
    await worker.query("BEGIN");
    await worker.query("SELECT graphile_worker.add_job('retention', $1::json, job_key => $2)", [
      JSON.stringify({ jobId }),
      `retention:${jobId}`,
    ]);
    await worker.query(
      "UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'somebody' WHERE key = $1",
      [`retention:${jobId}`],
    );
    const adding = enqueue(database.prisma, "retention", { jobId });
    await until("the second one waits for the first", async () => {
      const waiting = await sql(
        own.url,
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return waiting.length > 0;
    });
    await worker.query("COMMIT");
    await adding;
  } finally {
    await worker.end();
  }
  expect(await tasks(jobId)).toEqual([
    [null, true],
    [`retention:${jobId}`, false],
  ]);
});
