import { access } from "node:fs/promises";
import { expect } from "@playwright/test";
import pg from "pg";
import type { ApiClient } from "#e2e/api/api-client";
import { type Installation, test } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, makeStorage, reached, runJob } from "#e2e/api/make";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";

let database: TestDatabase;
let datasource = "";
let storage = "";
let job = "";
/** A completed backup of the job. */
let backup = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ installation }) => {
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(database.url, "CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS n");
  datasource = await makeDatasource(installation.owner, database.url);
  storage = await makeStorage(installation);
  job = await makeJob(installation.owner, datasource, storage);
  backup = await runJob(installation.owner, job);
  await completed(installation.owner, backup);
});

test.afterAll(async () => {
  await database.drop();
});

/** Runs the job while a lock holds its dump up; `work` gets the execution. The lock goes in any case. */
async function whileDumping(api: ApiClient, work: (id: string) => Promise<void>): Promise<void> {
  const lock = new pg.Client({ connectionString: database.url });
  await lock.connect();
  try {
    await lock.query("BEGIN; LOCK TABLE numbers IN ACCESS EXCLUSIVE MODE");
    const id = await runJob(api, job);
    await until("the dump waits for the lock", async () => (await waiting()) > 0);
    await work(id);
  } finally {
    await lock.end();
  }
}

async function waiting(): Promise<number> {
  const rows = await query(
    database.url,
    "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return Number(rows[0]?.[0]);
}

async function refused(
  answer: Promise<{ status: number; body: unknown }>,
  status: number,
  problem: object,
): Promise<void> {
  const { body, ...rest } = await answer;
  expect(body).toMatchObject({ message: expect.any(String), ...problem });
  expect(rest.status).toBe(status);
}

test("what is used cannot be deleted", async ({ installation: { owner } }) => {
  const users = { details: { job_ids: [job] } };
  await refused(owner.delete(`/datasources/${datasource}`), 409, {
    error: "DATASOURCE_HAS_ACTIVE_JOBS",
    ...users,
  });
  await refused(owner.delete(`/storage-locations/${storage}`), 409, {
    error: "STORAGE_HAS_ACTIVE_JOBS",
    ...users,
  });
  const copies = await makeSecondStorage(owner);
  const second = await makeJob(owner, datasource, storage, {
    backup_options: { storage_targets: [{ storage_location_id: copies, order: 1 }] },
  });
  await refused(owner.delete(`/storage-locations/${copies}`), 409, {
    error: "STORAGE_HAS_ACTIVE_JOBS",
    details: { job_ids: [second] },
  });
  expect((await owner.delete(`/backup-jobs/${second}`)).status).toBe(200);
  expect((await owner.delete(`/storage-locations/${copies}`)).status).toBe(200);
});

async function makeSecondStorage(owner: ApiClient): Promise<string> {
  const { body } = await owner.get<{ config: { path: string } }>(`/storage-locations/${storage}`);
  const answer = await owner.post<{ id: string }>("/storage-locations", {
    name: "Second copies",
    type: "local",
    config: { path: `${body.config.path}-copies` },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

test("names are unique", async ({ installation: { owner } }) => {
  const { body } = await owner.get<{ name: string }>(`/backup-jobs/${job}`);
  const twice = owner.post("/backup-jobs", {
    name: body.name,
    datasource_id: datasource,
    storage_location_id: storage,
    schedule_cron: "0 3 * * *",
  });
  await refused(twice, 409, { error: "CONFLICT", details: [{ field: "name" }] });
});

test("a running backup refuses what would disturb it, and is cancelled for real", async ({
  installation,
}) => {
  const { owner } = installation;
  await whileDumping(owner, async (id) => {
    await refused(owner.post(`/backup-jobs/${job}/run`), 409, {
      error: "EXECUTION_ALREADY_PROCESSING",
      details: { execution_id: id },
    });
    await refused(owner.delete(`/executions/${id}`), 409, { error: "EXECUTION_NOT_DELETABLE" });
    await refused(owner.post(`/executions/${id}/retry`), 409, { error: "EXECUTION_NOT_RETRIABLE" });
    await refused(owner.get(`/backups/${id}/download`), 409, { error: "BACKUP_NOT_DOWNLOADABLE" });
    await refused(owner.delete(`/backup-jobs/${job}`), 409, {
      error: "CONFLICT",
      details: { execution_id: id },
    });
    const restore = owner.post(`/backups/${id}/restore`, { confirmation_phrase: "RESTAURAR" });
    await refused(restore, 409, { error: "BACKUP_NOT_RESTORABLE" });

    expect((await owner.post(`/executions/${id}/cancel`)).status).toBe(202);
    await reached(owner, id, ["cancelled"]);
    await until("the dump's session is gone", async () => (await waiting()) === 0);
    await refused(owner.post(`/executions/${id}/cancel`), 409, { error: "EXECUTION_NOT_CANCELLABLE" });

    const again = await owner.post<{ execution_id: string }>(`/executions/${id}/retry`);
    expect(again.status, again.text).toBe(202);
    await reached(owner, again.body.execution_id, ["running"]);
    await owner.post(`/executions/${again.body.execution_id}/cancel`);
    await reached(owner, again.body.execution_id, ["cancelled"]);
  });
});

test("a cancelled backup runs again, and both can be deleted", async ({ installation }) => {
  const { owner } = installation;
  let cancelled = "";
  await whileDumping(owner, async (id) => {
    cancelled = id;
    await owner.post(`/executions/${id}/cancel`);
    await reached(owner, id, ["cancelled"]);
  });
  const again = await owner.post<{ execution_id: string }>(`/executions/${cancelled}/retry`);
  const execution = await completed(owner, again.body.execution_id);
  for (const id of [cancelled, execution.id]) {
    const answer = await owner.delete(`/executions/${id}`);
    expect(answer.status, answer.text).toBe(200);
    await until("it is gone", async () => (await owner.get(`/executions/${id}`)).status === 404);
  }
  expect(await isOnDisk(installation, execution.backup_path ?? "")).toBe(false);
  await refused(owner.delete(`/executions/${cancelled}`), 404, { error: "NOT_FOUND" });
});

/** Whether a deleted backup's folder is still there, once its row is gone. */
async function isOnDisk({ owner, databaseUrl }: Installation, path: string): Promise<boolean> {
  const { body } = await owner.get<{ config: { path: string } }>(`/storage-locations/${storage}`);
  await until("its row is gone", async () => {
    const rows = await query(databaseUrl, `SELECT 1 FROM backup_executions WHERE backup_path = '${path}'`);
    return rows.length === 0;
  });
  return access(`${body.config.path}/${path}`).then(
    () => true,
    () => false,
  );
}

test("ended well, it refuses cancel and retry; a restore is no backup", async ({
  installation: { owner },
}) => {
  await refused(owner.post(`/executions/${backup}/cancel`), 409, { error: "EXECUTION_NOT_CANCELLABLE" });
  await refused(owner.post(`/executions/${backup}/retry`), 409, { error: "EXECUTION_NOT_RETRIABLE" });
  const elsewhere = owner.fetch(
    "GET",
    `/backups/${backup}/download?storage_location_id=${crypto.randomUUID()}`,
  );
  expect((await elsewhere).status).toBe(404);
  const verification = await owner.post<{ execution_id: string }>(`/backups/${backup}/restore`, {
    verification_mode: true,
    confirmation_phrase: "VERIFICAR RESTORE",
  });
  const { id } = await completed(owner, verification.body.execution_id);
  await refused(owner.post(`/backups/${id}/restore`, { confirmation_phrase: "RESTORE" }), 409, {
    error: "BACKUP_NOT_RESTORABLE",
  });
});

test("a restore needs a target of the same type, enabled and there", async ({ installation }) => {
  const { owner, databaseUrl } = installation;
  const into = (target: string, more: object = {}) =>
    owner.post(`/backups/${backup}/restore`, {
      target_datasource_id: target,
      confirmation_phrase: "RESTORE",
      ...more,
    });
  const missing = { error: "VALIDATION_ERROR", details: [{ field: "target_datasource_id" }] };
  await refused(into(crypto.randomUUID()), 422, missing);
  const other = await makeDatasource(owner, database.url);
  await refused(into(other, { storage_location_id: crypto.randomUUID() }), 404, {
    error: "STORAGE_NOT_FOUND_FOR_BACKUP",
  });
  await owner.put(`/datasources/${other}`, { enabled: false });
  await refused(into(other), 422, missing);
  await query(databaseUrl, `UPDATE datasources SET type = 'mysql', enabled = true WHERE id = '${other}'`);
  await refused(into(other), 422, { error: "RESTORE_TARGET_TYPE_MISMATCH" });
  await query(databaseUrl, `UPDATE datasources SET type = 'postgres' WHERE id = '${other}'`);
  expect((await owner.delete(`/datasources/${other}`)).status).toBe(200);
});

test("a disabled datasource is not backed up", async ({ installation: { owner } }) => {
  await owner.put(`/datasources/${datasource}`, { enabled: false });
  await refused(owner.post(`/backup-jobs/${job}/run`), 409, { error: "CONFLICT" });
  await owner.put(`/datasources/${datasource}`, { enabled: true });
});

test("a wrong password says so, in the test and in the execution", async ({ installation: { owner } }) => {
  const wrong = await makeDatasource(owner, database.url, {
    username: "nobody_here",
    password: "guess-me-not",
  });
  const tested = await owner.post(`/datasources/${wrong}/test`);
  expect(tested.status).toBe(400);
  expect(tested.body.error).toBe("CONNECTION_FAILED");
  expect(tested.text).not.toContain("guess-me-not");
  const failed = await reached(owner, await runJob(owner, await makeJob(owner, wrong, storage)), ["failed"]);
  expect(failed.error_code).toBe("CONNECTION_FAILED");
  expect(JSON.stringify(failed)).not.toContain("guess-me-not");
  expect(failed.copies.filter((copy) => copy.status === "stored")).toEqual([]);
});
