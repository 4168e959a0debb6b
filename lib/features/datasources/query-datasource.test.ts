import { afterAll, beforeAll, expect, it } from "vitest";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { connectionOf, createWorld, type World } from "#e2e/servers/world";
import { ROLE_PERMISSIONS, type Scope } from "#lib/core/permissions";
import { engines } from "#lib/engines/registry";
import type { Context, UserActor } from "#lib/features/context";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { runDatasourceQuery } from "#lib/features/datasources/query-datasource";
import { getDatasourceSchema } from "#lib/features/datasources/schema-query";
import { listQuerySources } from "#lib/features/datasources/sources-query";

let world: World;
let source: TestDatabase;
let other: TestDatabase;
let id: string;

beforeAll(async () => {
  world = await createWorld();
  source = await createDatabase(urlFrom("TEST_POSTGRES_NEWER_URL"));
  other = await createDatabase(urlFrom("TEST_POSTGRES_NEWER_URL"));
  await query(source.url, "CREATE TABLE orders AS SELECT generate_series(1, 1500) AS id; ANALYZE orders");
  await query(other.url, "CREATE TABLE elsewhere (id int)");
  id = await make("Orders", connectionOf(source.url));
});

afterAll(async () => {
  await source?.drop();
  await other?.drop();
  await world?.close();
});

async function make(name: string, connectionConfig: Record<string, unknown>): Promise<string> {
  return (await createDatasource.execute({ name, type: "postgres", connectionConfig }, world.admin)).id;
}

function as(role: keyof typeof ROLE_PERMISSIONS, scopes: readonly Scope[] = []): Context {
  const actor = world.admin.actor as UserActor;
  return { ...world.admin, actor: { ...actor, permissions: new Set(ROLE_PERMISSIONS[role]), scopes } };
}

const run = (sql: string, more: Record<string, unknown> = {}, ctx: Context = world.admin) =>
  runDatasourceQuery.execute({ id, sql, ...more }, ctx);

async function lastAudit() {
  const row = await world.database.prisma.auditLog.findFirst({
    where: { action: "datasource.query" },
    orderBy: { createdAt: "desc" },
  });
  return { resourceId: row?.resourceId, metadata: row?.metadata, changes: row?.changes };
}

it("answers rows, and audits the statement without them", async () => {
  const answer = await run("SELECT id, 'a value' AS what FROM orders ORDER BY id");
  expect(answer).toMatchObject({
    columns: [
      { name: "id", type: "integer" },
      { name: "what", type: "text" },
    ],
    rowCount: 1000,
    truncated: true,
  });
  expect(answer.rows[999]).toEqual([1000, "a value"]);
  expect(await lastAudit()).toEqual({
    resourceId: id,
    changes: null,
    metadata: {
      sql: "SELECT id, 'a value' AS what FROM orders ORDER BY id",
      row_count: 1000,
      truncated: true,
      duration_ms: answer.durationMs,
    },
  });
});

it("audits what failed, and keeps the beginning of what is long", async () => {
  await expect(run("DELETE FROM orders")).rejects.toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
  expect(await lastAudit()).toMatchObject({
    metadata: { sql: "DELETE FROM orders", failed: "QUERY_EXECUTION_FAILED" },
  });
  await run(`SELECT 1 -- ${"𝔘".repeat(1500)}`);
  const { sql } = (await lastAudit()).metadata as { sql: string };
  expect(sql).toHaveLength(2001);
  expect(sql.isWellFormed()).toBe(true);
});

it("asks another database of the server", async () => {
  const { database } = connectionOf(other.url);
  const answer = await run("TABLE elsewhere", { database });
  expect(answer.rowCount).toBe(0);
  expect(await lastAudit()).toMatchObject({ metadata: { database } });
  const { tables } = await getDatasourceSchema.execute({ id, database }, world.admin);
  expect(tables.map((table) => table.name)).toEqual(["elsewhere"]);
  await expect(run("SELECT 1", { database: "nowhere" })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
});

it.each([
  [{ sql: "" }, "sql"],
  [{ sql: " \n" }, "sql"],
  [{ sql: "SELECT '\0'" }, "sql"],
  [{ sql: "SELECT '\ud800'" }, "sql"],
  [{ sql: "x".repeat(100_001) }, "sql"],
  [{ sql: 7 }, "sql"],
  [{ database: "" }, "database"],
  [{ database: "a\nb" }, "database"],
  [{ id: "x" }, "id"],
])("refuses %o", async (input, field) => {
  const refused = runDatasourceQuery.execute({ id, sql: "SELECT 1", ...input }, world.admin);
  await expect(refused).rejects.toMatchObject({ code: "VALIDATION_ERROR", details: [{ field }] });
});

it("lets those query who may, within their scope", async () => {
  expect((await run("SELECT 1", {}, as("operator"))).rows).toEqual([[1]]);
  await expect(run("SELECT 1", {}, as("readonly"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(listQuerySources.execute({}, as("readonly"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect((await getDatasourceSchema.execute({ id }, as("readonly"))).tables).toHaveLength(1);
  for (const permission of ["datasources.query", "datasources.read"]) {
    const denied = { permission, resourceType: "datasource", resourceIds: [], deniedResourceIds: [id] };
    const ctx = as("operator", [denied]);
    await expect(run("SELECT 1", {}, ctx)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await listQuerySources.execute({}, ctx)).map((each) => each.id)).not.toContain(id);
  }
  const listed = await listQuerySources.execute({}, as("operator"));
  expect(listed).toContainEqual({ id, name: "Orders", type: "postgres", takesStatements: true });
});

it("ends the statement on the server when the caller goes away", async () => {
  const caller = new AbortController();
  const asked = run("SELECT pg_sleep(602)", {}, { ...world.admin, signal: caller.signal });
  const sleeping = async () =>
    (
      await query(
        source.url,
        "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(602)' AND state = 'active'",
      )
    ).length;
  await until("it sleeps", async () => (await sleeping()) === 1);
  caller.abort();
  await expect(asked).rejects.toMatchObject({ code: "CANCELLED" });
  await until("it sleeps no more", async () => (await sleeping()) === 0);
  expect(await lastAudit()).toMatchObject({ metadata: { failed: "CANCELLED" } });
});

it("says why a source does not answer, without its password", async () => {
  const lost = await make("Lost", { ...connectionOf(source.url), password: "not-the-word", port: 1 });
  const asked = getDatasourceSchema.execute({ id: lost }, world.admin);
  await expect(asked).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  await expect(asked).rejects.not.toThrow(/not-the-word/);
});

it("says so where a type takes no statement, or has no schema", async () => {
  const without = async (member: "query" | "schema") => {
    const type = engines.find((engine) => engine[member] === undefined)?.type;
    if (!type) return null;
    const row = await world.database.prisma.datasource.create({
      data: { name: `Mute ${member}`, type, connectionConfig: {} },
    });
    return row.id;
  };
  const [mute, shapeless] = [await without("query"), await without("schema")];
  if (mute) {
    const refused = runDatasourceQuery.execute({ id: mute, sql: "SELECT 1" }, world.admin);
    await expect(refused).rejects.toMatchObject({ code: "QUERY_NOT_SUPPORTED" });
  }
  if (shapeless) {
    const refused = getDatasourceSchema.execute({ id: shapeless }, world.admin);
    await expect(refused).rejects.toMatchObject({ code: "SCHEMA_NOT_SUPPORTED" });
  }
});
