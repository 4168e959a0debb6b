import { expect } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import { createUser, OWNER, test } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, makeStorage, runJob } from "#e2e/api/make";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";

let source: TestDatabase;
let target: TestDatabase;

test.beforeAll(async () => {
  source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  target = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(source.url, "CREATE TABLE numbers AS SELECT generate_series(1, 100) AS n");
});

test.afterAll(async () => {
  await source.drop();
  await target.drop();
});

type Sent = {
  headers: Record<string, string>;
  fields: Record<string, string>;
  bytes: Uint8Array<ArrayBuffer>;
};

/** The request as a script would make it: the file as the body, the rest in the address. */
async function upload(api: ApiClient, { headers, fields, bytes }: Sent) {
  const response = await fetch(`${api.url}/api/backups/import-restore?${new URLSearchParams(fields)}`, {
    method: "POST",
    headers: { ...api.headers, "content-type": "application/octet-stream", ...headers },
    body: bytes,
  });
  const body = (await response.json()) as { error?: string; execution_id?: string; details?: unknown };
  return { status: response.status, body };
}

test("a file is restored once an administrator's password comes with it", async ({ installation }) => {
  const { owner, nobody, databaseUrl } = installation;
  const from = await makeDatasource(owner, source.url);
  const into = await makeDatasource(owner, target.url);
  const storage = await makeStorage(installation);
  const backup = await runJob(owner, await makeJob(owner, from, storage));
  await completed(owner, backup);
  const download = await owner.fetch("GET", `/backups/${backup}/download`);
  const bytes = new Uint8Array(await download.arrayBuffer());
  const user = await createUser(databaseUrl, "operator");
  const operator = await nobody.login(user.username, user.password);
  const fields = {
    target_datasource_id: into,
    storage_location_id: storage,
    drop_existing: "false",
    confirmation_phrase: "RESTORE",
  };
  const file = { "x-file-name": encodeURIComponent("números de teste.dump.zst") };
  const sent = { headers: file, fields, bytes };

  expect((await upload(nobody, sent)).status).toBe(401);
  expect(await upload(operator, sent)).toMatchObject({
    status: 428,
    body: { error: "CRITICAL_OPERATION_APPROVAL_REQUIRED" },
  });
  const wrong = { ...sent, headers: { ...file, "x-admin-password": "wrong" } };
  expect((await upload(operator, wrong)).body.error).toBe("ADMIN_PASSWORD_INVALID");
  expect(await upload(owner, { ...sent, headers: { "x-file-name": "numbers.txt" } })).toMatchObject({
    status: 422,
    body: { error: "INVALID_UPLOAD", details: [{ field: "x-file-name" }] },
  });
  expect(
    (await upload(owner, { ...sent, fields: { ...fields, confirmation_phrase: "no" } })).body.error,
  ).toBe("RESTORE_CONFIRMATION_REQUIRED");

  const right = { ...sent, headers: { ...file, "x-admin-password": OWNER.password } };
  const answer = await upload(operator, right);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  await completed(owner, answer.body.execution_id ?? "");
  expect(await query(target.url, "SELECT count(*) FROM numbers")).toEqual([["100"]]);
});

test("the databases of a server are named", async ({ installation }) => {
  const { owner } = installation;
  const id = await makeDatasource(owner, source.url);
  const { status, body } = await owner.get<{ databases: string[] }>(`/datasources/${id}/databases`);
  expect(status).toBe(200);
  expect(body.databases).toContain(new URL(source.url).pathname.slice(1));
});
