import { expect } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import { createUser, type ScopeRow, test } from "#e2e/api/installation";
import { makeDatasource } from "#e2e/api/make";
import { NOT_TEXT } from "#e2e/api/payloads";
import { expectRefusal } from "#e2e/api/refusal";
import { fillSource } from "#e2e/api/source";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { connectionOf } from "#e2e/servers/world";

interface Answer {
  readonly columns: { name: string; type: string | null }[];
  readonly rows: unknown[][];
  readonly row_count: number;
  readonly truncated: boolean;
  readonly duration_ms: number;
}

interface Schema {
  readonly tables: {
    schema: string;
    name: string;
    kind: string;
    rows_estimate: number | null;
    size_bytes: number | null;
    columns: { name: string; type: string; nullable: boolean; primary_key: boolean }[];
  }[];
}

let database: TestDatabase;
let id = "";

test.beforeAll(async ({ installation }) => {
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await fillSource(database.url, 1200);
  await query(database.url, "ANALYZE");
  id = await makeDatasource(installation.owner, database.url);
});

test.afterAll(async () => {
  await database.drop();
});

const ask = (api: ApiClient, sql: string, more: object = {}) =>
  api.post<Answer>(`/datasources/${id}/query`, { sql, ...more });

test("the schema names tables and columns as they are", async ({ installation: { owner } }) => {
  const { status, body } = await owner.get<Schema>(`/datasources/${id}/schema`);
  expect(status).toBe(200);
  expect(body.tables.map((table) => table.name)).toEqual([
    'Odd "Name", größe',
    "customers",
    "events",
    "orders",
    "spent",
    "spent_once",
  ]);
  const customers = body.tables.find((table) => table.name === "customers");
  expect(customers).toMatchObject({ schema: "public", kind: "table", rows_estimate: 1200 });
  expect(customers?.size_bytes).toBeGreaterThan(8192);
  expect(customers?.columns[0]).toEqual({ name: "id", type: "integer", nullable: false, primary_key: true });
});

test("a statement is answered, its names untouched", async ({ installation: { owner } }) => {
  const sql = `SELECT 1 AS "camelCase", 'x' AS snake_case, NULL AS n, '{"innerKey": 1}'::jsonb AS j`;
  const { status, body } = await ask(owner, sql);
  expect(status).toBe(200);
  expect(body).toEqual({
    columns: [
      { name: "camelCase", type: "integer" },
      { name: "snake_case", type: "text" },
      { name: "n", type: "text" },
      { name: "j", type: "jsonb" },
    ],
    rows: [[1, "x", null, '{"innerKey": 1}']],
    row_count: 1,
    truncated: false,
    duration_ms: expect.any(Number),
  });
  const many = await ask(owner, "SELECT * FROM customers");
  expect(many.body).toMatchObject({ row_count: 1000, truncated: true });
});

test("what is no statement is refused by name", async ({ installation: { owner } }) => {
  for (const sql of ["", " \n ", "nul\0", "half \ud800", "x".repeat(100_001), ...NOT_TEXT]) {
    const answer = await owner.post(`/datasources/${id}/query`, { sql });
    expectRefusal(answer, JSON.stringify(sql).slice(0, 60), 422, "sql");
  }
  for (const bad of ["", "a\nb", "x".repeat(256), ...NOT_TEXT]) {
    const answer = await owner.post(`/datasources/${id}/query`, { sql: "SELECT 1", database: bad });
    expectRefusal(answer, JSON.stringify(bad).slice(0, 60), 422, "database");
  }
  expectRefusal(await owner.post(`/datasources/${id}/query`, {}), "nothing", 422, "sql");
  expectRefusal(await owner.post(`/datasources/${id}/query`, { sql: "SELECT 1", limit: 9 }), "limit");
  expectRefusal(await owner.post("/datasources/x/query", { sql: "SELECT 1" }), "bad id", 422, "id");
  expectRefusal(await owner.get("/datasources/x/schema"), "bad id", 422, "id");
  const elsewhere = "/datasources/00000000-0000-4000-8000-000000000001";
  expectRefusal(await owner.post(`${elsewhere}/query`, { sql: "SELECT 1" }), "elsewhere", 404);
  expectRefusal(await owner.get(`${elsewhere}/schema`), "elsewhere", 404);
});

test("nothing is changed, whatever is sent", async ({ installation: { owner } }) => {
  const tricks = [
    "DELETE FROM orders",
    "COMMIT; DELETE FROM orders",
    "SELECT 1; DELETE FROM orders",
    "WITH gone AS (DELETE FROM orders RETURNING 1) SELECT count(*) FROM gone",
    "SET transaction_read_only = off",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "EXPLAIN ANALYZE DELETE FROM orders",
    "COPY orders TO PROGRAM 'cat'",
    "DO $$ BEGIN DELETE FROM orders; END $$",
    "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/dg-query-spec')",
  ];
  for (const sql of tricks) {
    const answer = await ask(owner, sql);
    expect(answer.status, `${sql}: ${answer.text}`).toBe(400);
    expect(answer.body).toMatchObject({ error: "QUERY_EXECUTION_FAILED", message: expect.any(String) });
  }
  expect(await query(database.url, "SELECT count(*)::int FROM orders")).toEqual([[2400]]);
});

test("a mistake is told in the server's words, and where", async ({ installation: { owner } }) => {
  const { status, body } = await ask(owner, "SELECT id,\n  nme FROM customers");
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: "QUERY_EXECUTION_FAILED",
    message: 'column "nme" does not exist',
    details: { position: 14, line: 2, column: 3 },
  });
});

test("a source that does not answer says why, without its password", async ({ installation: { owner } }) => {
  const lost = await makeDatasource(owner, database.url, { port: 1, password: "never-to-be-said" });
  for (const answer of [
    await owner.get(`/datasources/${lost}/schema`),
    await owner.post(`/datasources/${lost}/query`, { sql: "SELECT 1" }),
  ]) {
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: "CONNECTION_FAILED", details: { reason: "unreachable" } });
    expect(answer.text).not.toContain("never-to-be-said");
  }
});

test("another database of the server can be chosen", async ({ installation: { owner } }) => {
  const other = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(other.url, "CREATE TABLE only_here (id int)");
  const { database: name } = connectionOf(other.url);
  const { body } = await owner.get<Schema>(`/datasources/${id}/schema?database=${name}`);
  expect(body.tables.map((table) => table.name)).toEqual(["only_here"]);
  expect((await ask(owner, "TABLE only_here", { database: name })).body.row_count).toBe(0);
  await other.drop();
});

test("operators may query, readers may see what there is, and a scope narrows both", async ({
  installation,
}) => {
  const { databaseUrl, nobody } = installation;
  const api = async (role: string, ...scopes: ScopeRow[]) => {
    const user = await createUser(databaseUrl, role, scopes);
    return nobody.login(user.username, user.password);
  };
  const reader = await api("readonly");
  expect((await reader.get(`/datasources/${id}/schema`)).status).toBe(200);
  const forbidden = await reader.post(`/datasources/${id}/query`, { sql: "SELECT 1" });
  expect(forbidden.status).toBe(403);
  expect(forbidden.body).toMatchObject({ error: "FORBIDDEN", details: { permission: "datasources.query" } });
  expect((await ask(await api("operator"), "SELECT 1")).status).toBe(200);
  const denied = { permission: "datasources.query", resourceType: "datasource", deniedResourceIds: [id] };
  const narrowed = await api("operator", denied);
  expect((await narrowed.get(`/datasources/${id}/schema`)).status).toBe(200);
  expect((await ask(narrowed, "SELECT 1")).status).toBe(404);
});

test("who goes away ends the statement on the server", async ({ installation: { owner } }) => {
  const running = async () =>
    (
      await query(
        database.url,
        "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(603)' AND state = 'active'",
      )
    ).length;
  const leaving = new AbortController();
  const asked = fetch(`${owner.url}/api/datasources/${id}/query`, {
    method: "POST",
    headers: { ...owner.headers, "content-type": "application/json" },
    body: JSON.stringify({ sql: "SELECT pg_sleep(603)" }),
    signal: leaving.signal,
  }).catch((error: Error) => error.name);
  await until("it runs", async () => (await running()) === 1);
  leaving.abort();
  expect(await asked).toBe("AbortError");
  // Of its own it would end after 15 seconds.
  await until("it has ended", async () => (await running()) === 0, 14_000);
});

test("statements are audited, results are not", async ({ installation: { owner, databaseUrl } }) => {
  await ask(owner, "SELECT 'the ' || 'result' AS value");
  const [row] = await query(
    databaseUrl,
    `SELECT actor_username, resource_id, metadata::text FROM audit_logs
     WHERE action = 'datasource.query' ORDER BY created_at DESC LIMIT 1`,
  );
  expect(row?.slice(0, 2)).toEqual(["owner", id]);
  expect(row?.[2]).toContain("SELECT 'the ' || 'result' AS value");
  expect(row?.[2]).not.toContain("the result");
});
