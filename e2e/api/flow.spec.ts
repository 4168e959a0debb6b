import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readEvents } from "#e2e/api/events";
import { OWNER, test } from "#e2e/api/installation";
import { completed, type Execution, makeDatasource, makeJob, makeStorage, runJob } from "#e2e/api/make";
import { fillSource } from "#e2e/api/source";
import { databaseOf, output, plainDump } from "#e2e/api/tools";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";

const MASK = "**********";

/** What the flow has made so far. */
const made = { source: "", storage: "", job: "", backup: "", target: "" };
let sourceDatabase: TestDatabase;
let targetDatabase: TestDatabase;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  sourceDatabase = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  targetDatabase = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await fillSource(sourceDatabase.url);
});

test.afterAll(async () => {
  await sourceDatabase.drop();
  await targetDatabase.drop();
});

test("a script signs in by cookie and makes datasource, storage and job", async ({ installation }) => {
  const status = await installation.nobody.get<{ has_user: boolean }>("/auth/status");
  expect(status.body).toMatchObject({ has_user: true, authenticated: false, user: null });
  const owner = await installation.nobody.login(OWNER.username, OWNER.password);
  const me = await owner.get<{ permissions: string[] }>("/auth/me");
  expect(me.body).toMatchObject({ username: OWNER.username, is_owner: true, roles: ["admin"] });
  expect(me.body.permissions).toHaveLength(28);

  made.source = await makeDatasource(owner, sourceDatabase.url, { password: "flow-secret" });
  const shown = await owner.get<{ connection_config: object }>(`/datasources/${made.source}`);
  expect(shown.body.connection_config).toMatchObject({ password: MASK });
  const { password } = connectionOf(sourceDatabase.url);
  const put = await owner.put(`/datasources/${made.source}`, {
    connection_config: { ...connectionOf(sourceDatabase.url), password: password || "flow-secret" },
  });
  expect(put.status, put.text).toBe(200);
  const tested = await owner.post(`/datasources/${made.source}/test`);
  expect(tested.body).toMatchObject({ ok: true, status: "healthy" });

  made.storage = await makeStorage(installation);
  const probed = await owner.post(`/storage-locations/${made.storage}/test`);
  expect(probed.body).toMatchObject({ ok: true });
  made.job = await makeJob(owner, made.source, made.storage, { backup_options: { compression: "zstd" } });
});

test("a write that sends the mask, nothing or an empty text keeps the secret", async ({ installation }) => {
  const { owner, databaseUrl } = installation;
  const stored = async () =>
    (
      await query(
        databaseUrl,
        `SELECT connection_config->>'password' FROM datasources WHERE id = '${made.source}'`,
      )
    )[0];
  const open = async (secret: Record<string, string>) => {
    const { password: _, ...rest } = connectionOf(sourceDatabase.url);
    const answer = await owner.put(`/datasources/${made.source}`, {
      connection_config: { ...rest, ...secret },
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ connection_config: { password: MASK } });
    const [sealed] = (await stored()) ?? [];
    expect(sealed).toMatch(/^sealed:v1:/);
    expect((await owner.post(`/datasources/${made.source}/test`)).status).toBe(200);
  };
  await open({ password: MASK });
  await open({ password: "" });
  await open({});
  const moved = await owner.put(`/datasources/${made.source}`, {
    connection_config: { ...connectionOf(sourceDatabase.url), host: "elsewhere.example", password: MASK },
  });
  expect(moved.status).toBe(422);
  expect(moved.body).toMatchObject({ details: [{ field: "connection_config.password" }] });
});

test("the job runs, and its events are followed to the end", async ({ installation: { owner } }) => {
  made.backup = await runJob(owner, made.job);
  const response = await owner.fetch("GET", `/executions/${made.backup}/events`);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events = await readEvents(response);
  const states = events.filter((event) => event.event === "state").map((event) => event.data as Execution);
  expect(states.at(-1)).toMatchObject({ status: "completed" });
  const lines = events
    .filter((event) => event.event === "log")
    .flatMap((event) => event.data as { id: string }[]);
  const ids = lines.map((line) => BigInt(line.id));
  expect(ids.length).toBeGreaterThan(0);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => (a < b ? -1 : 1)));

  const logs = await owner.get<{ logs: { id: string }[] }>(`/executions/${made.backup}/logs`);
  expect(logs.body).toMatchObject({ execution_id: made.backup, status: "completed" });
  expect(logs.body.logs.map((line) => line.id)).toEqual(lines.map((line) => line.id));
  const resumed = await owner
    .with({ "last-event-id": lines.at(-1)?.id ?? "" })
    .fetch("GET", `/executions/${made.backup}/events`);
  expect((await readEvents(resumed)).map((event) => event.event)).toEqual(["state"]);
});

test("the artifact is what the metadata says, and standard tools read it", async ({ installation }) => {
  const execution = await completed(installation.owner, made.backup);
  const { checksum, storage_successes: successes } = execution.metadata;
  const response = await installation.owner.fetch("GET", `/backups/${made.backup}/download`);
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get("content-disposition")).toContain(`${databaseOf(sourceDatabase.url)}.dump.zst`);
  expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(checksum);
  expect(execution.compressed_size_bytes).toBe(bytes.length);
  expect(successes).toMatchObject([
    { storage_location_id: made.storage, backup_path: execution.backup_path },
  ]);

  const file = join(installation.dataDir, "downloaded.dump.zst");
  await writeFile(file, bytes);
  await output("zstd", ["-q", "-t", file]);
  await output("zstd", ["-q", "-d", file]);
  expect(await output("pg_restore", ["-l", file.replace(".zst", "")])).toContain("TABLE DATA public orders");
});

test("restored into another database, both dump the same", async ({ installation: { owner } }) => {
  made.target = await makeDatasource(owner, targetDatabase.url);
  await query(
    targetDatabase.url,
    "CREATE TABLE customers (id text); INSERT INTO customers VALUES ('in the way')",
  );
  const targets = await owner.get<{ data: { id: string }[] }>(
    `/backups/restore-targets?datasource_id=${made.source}`,
  );
  expect(targets.body.data.map((target) => target.id)).toContain(made.target);

  const request = { target_datasource_id: made.target };
  const unconfirmed = await owner.post(`/backups/${made.backup}/restore`, request);
  expect(unconfirmed.status).toBe(422);
  expect(unconfirmed.body).toMatchObject({
    error: "RESTORE_CONFIRMATION_REQUIRED",
    details: { expected_phrase: "RESTAURAR" },
  });
  const answer = await owner.post<{ execution_id: string }>(`/backups/${made.backup}/restore`, {
    ...request,
    confirmation_phrase: "  restaurár ",
  });
  expect(answer.status, answer.text).toBe(202);
  const restored = await completed(owner, answer.body.execution_id);
  expect(restored).toMatchObject({ source_execution_id: made.backup, metadata: { operation: "restore" } });
  const logs = await owner.get<{ logs: unknown[] }>(`/executions/${restored.id}/logs`);
  expect(logs.body.logs.length).toBeGreaterThan(0);
  expect(await plainDump(targetDatabase.url)).toBe(await plainDump(sourceDatabase.url));
});

test("verification restores beside, compares and leaves nothing", async ({ installation: { owner } }) => {
  const body = { verification_mode: true, confirmation_phrase: "RESTORE" };
  const wrong = await owner.post(`/backups/${made.backup}/restore`, body);
  expect(wrong.body).toMatchObject({ details: { expected_phrase: "VERIFICAR RESTORE" } });
  const answer = await owner.post<{ execution_id: string }>(`/backups/${made.backup}/restore`, {
    ...body,
    confirmation_phrase: "verify  restore",
  });
  expect(answer.status, answer.text).toBe(202);
  const verified = await completed(owner, answer.body.execution_id);
  expect(verified.metadata.verification_database).toMatch(/^dg_verify_.+_\d{14}$/);
  const left = await query(
    sourceDatabase.url,
    "SELECT datname FROM pg_database WHERE datname LIKE 'dg\\_verify%'",
  );
  expect(left).toEqual([]);
  const backup = await owner.get<Execution>(`/executions/${made.backup}`);
  expect(backup.body.verified_at).not.toBeNull();
});

test("lists come in pages, and filters narrow them", async ({ installation: { owner } }) => {
  type Page = { data: { id: string }[]; pagination: Record<string, number> };
  const list = `/executions?job_id=${made.job}`;
  const first = await owner.get<Page>(`${list}&limit=2&page=1`);
  const second = await owner.get<Page>(`${list}&limit=2&page=2`);
  expect(first.body.pagination).toEqual({ total: 3, page: 1, limit: 2, totalPages: 2 });
  expect(first.body.data).toHaveLength(2);
  expect(second.body.data.map((row) => row.id)).toEqual([made.backup]);
  const beyond = await owner.get<Page>(`${list}&limit=2&page=9`);
  expect(beyond.body).toMatchObject({ data: [], pagination: { total: 3, page: 9 } });
  const counts = async (filter: string) => (await owner.get<Page>(`${list}&${filter}`)).body.pagination.total;
  expect(await counts("operation=backup")).toBe(1);
  expect(await counts("operation=restore&status=completed")).toBe(2);
  expect(await counts("status=failed")).toBe(0);
  expect(await counts(`datasource_id=${made.target}`)).toBe(1);
  expect(await counts("to=2020-01-01")).toBe(0);
  const backups = await owner.get<Page>(`/backups/datasources/${made.source}`);
  expect(backups.body).toMatchObject({
    data: [{ id: made.backup, restorable: true }],
    pagination: { total: 1 },
  });
});
