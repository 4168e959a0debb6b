import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { expect } from "@playwright/test";
import { type ApiClient, cookieOf, type Problem } from "#e2e/api/api-client";
import { createApiKey, createUser, OWNER, type ScopeRow, test } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, makeStorage, runJob } from "#e2e/api/make";
import { APP, EXPECTED, type Expected, filesNamed, routesInFiles } from "#e2e/api/routes";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";

/** What a role may do, as the contract words it (section 8). */
const MAY: Record<string, (right: string) => boolean> = {
  readonly: (right) => right.endsWith(".read"),
  operator: (right) =>
    !right.endsWith(".write") && right !== "backups.restore_verify" && right !== "access.manage",
};
const ELSEWHERE = "00000000-0000-4000-8000-000000000001";

let database: TestDatabase;
const ids = { datasource: "", storage: "", job: "", execution: "" };

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ installation }) => {
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(database.url, "CREATE TABLE numbers AS SELECT generate_series(1, 10) AS n");
  const { owner } = installation;
  ids.datasource = await makeDatasource(owner, database.url);
  ids.storage = await makeStorage(installation);
  ids.job = await makeJob(owner, ids.datasource, ids.storage);
  ids.execution = await runJob(owner, ids.job);
  await completed(owner, ids.execution);
});

test.afterAll(async () => {
  await database.drop();
});

/** `METHOD /path` about the things that exist. */
async function call(api: ApiClient, { endpoint, body }: Expected, sent?: object) {
  const [method = "", pattern = ""] = endpoint.split(" ");
  const id = pattern.startsWith("/datasources")
    ? ids.datasource
    : pattern.startsWith("/storage")
      ? ids.storage
      : pattern.startsWith("/backup-jobs")
        ? ids.job
        : ids.execution;
  const path = pattern
    .replace("{id}", id)
    .replace("{executionId}", ids.execution)
    .replace("{datasourceId}", ids.datasource);
  const payload = method === "POST" || method === "PUT" ? (sent ?? body ?? {}) : undefined;
  return api.send<Problem & { execution_id?: string }>(method as "GET", path, payload);
}

test("the list of endpoints, the route files and the documentation agree", async ({ installation }) => {
  const expected = EXPECTED.map((row) => row.endpoint).toSorted();
  const files = await routesInFiles();
  expect(files.filter((route) => !route.includes("[..."))).toEqual(expected);
  type Document = { paths: Record<string, Record<string, { "x-permission"?: string }>> };
  const { body } = await installation.owner.get<Document>("/openapi.json");
  const documented = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...documented, "GET /openapi.json"].toSorted()).toEqual(expected);
});

test("whatever else is asked for answers in the error form", async ({ installation }) => {
  for (const path of ["/nothing", "/datasources/x/y/z", "/auth", "/..%2fhealth"]) {
    const nobody = await installation.nobody.get(path);
    expect(nobody.body, path).toMatchObject({ error: "UNAUTHORIZED", message: expect.any(String) });
    const somebody = await installation.owner.get(path);
    expect(somebody.body, path).toMatchObject({ error: "NOT_FOUND", message: expect.any(String) });
  }
});

test("nobody gets 401 from everything that is not public", async ({ installation }) => {
  const doors = [
    installation.nobody,
    installation.nobody.with({ authorization: "Bearer dg_not-a-key" }),
    // A key that is wrong is not made good by a session beside it.
    installation.owner.with({ authorization: "Bearer dg_not-a-key" }),
  ];
  for (const row of EXPECTED) {
    for (const door of doors) {
      const answer = await call(door, row);
      const wanted = row.right === "public" ? row.status : 401;
      expect(answer.status, `${row.endpoint}: ${answer.text}`).toBe(wanted);
      if (wanted === 401) expect(answer.body.error).toBe("UNAUTHORIZED");
    }
  }
});

for (const role of ["readonly", "operator"]) {
  test(`${role} may exactly what its permissions say`, async ({ installation }) => {
    const user = await createUser(installation.databaseUrl, role);
    const api = await installation.nobody.login(user.username, user.password);
    for (const row of EXPECTED) {
      const { right } = row;
      const may = right === "public" || right === "signed-in" || MAY[role]?.(right) === true;
      const wanted = may ? (row.critical ? 428 : row.status) : 403;
      const answer = await call(api, row);
      expect(answer.status, `${row.endpoint}: ${answer.text}`).toBe(wanted);
      if (wanted === 403)
        expect(answer.body).toMatchObject({ error: "FORBIDDEN", details: { permission: right } });
      if (wanted === 428) expect(answer.body.error).toBe("CRITICAL_OPERATION_APPROVAL_REQUIRED");
    }
    expect((await api.get("/auth/me")).status).toBe(401);
  });
}

const RESOURCES = ["datasource", "storage_location", "backup_job"];

function scopesElsewhere(permissions: readonly string[]): ScopeRow[] {
  return permissions.flatMap((permission) =>
    RESOURCES.map((resourceType) => ({ permission, resourceType, resourceIds: [ELSEWHERE] })),
  );
}

/** Bodies with which the way is free but for the scope. */
const CONFIRMED = { confirmation_phrase: "RESTORE" };

test("with a foreign scope nothing exists, for an admin too", async ({ installation }) => {
  const rights = [...new Set(EXPECTED.map((row) => row.right).filter((right) => right.includes(".")))];
  const user = await createUser(installation.databaseUrl, "admin", scopesElsewhere(rights));
  const api = await installation.nobody.login(user.username, user.password);
  for (const row of EXPECTED.filter(({ endpoint }) => endpoint.includes("{"))) {
    const answer = await call(api, row, row.endpoint.endsWith("/restore") ? CONFIRMED : undefined);
    const list = row.endpoint.includes("{datasourceId}");
    expect(answer.status, `${row.endpoint}: ${answer.text}`).toBe(list ? 200 : 404);
    if (list) expect(answer.body).toMatchObject({ data: [], pagination: { total: 0 } });
  }
  const lists = ["/datasources", "/storage-locations", "/backup-jobs", "/executions"];
  for (const list of [...lists, "/health/datasources", "/health/storage"]) {
    expect((await api.get(list)).body, list).toMatchObject({ data: [], pagination: { total: 0 } });
  }
  expect((await api.get("/backups/datasources")).body).toEqual({ data: [] });
  expect((await api.get("/backups/restore-targets")).body).toEqual({ data: [] });
  expect((await api.get("/dashboard/overview")).body).toMatchObject({
    recent_executions: [],
    upcoming_jobs: [],
    datasource_health: [],
  });
  const job = { name: "Out of scope", datasource_id: ids.datasource, storage_location_id: ids.storage };
  const made = await api.post("/backup-jobs", { ...job, schedule_cron: "0 3 * * *" });
  expect(made.body).toMatchObject({ error: "VALIDATION_ERROR", details: [{ field: "datasource_id" }] });
});

test("a scope narrows the one permission that it names", async ({ installation }) => {
  const changes = EXPECTED.filter((row) => !row.right.endsWith(".read") && row.endpoint.includes("{"));
  const rights = [...new Set(changes.map((row) => row.right))];
  const denied = rights.flatMap((permission) =>
    RESOURCES.map((resourceType) => ({
      permission,
      resourceType,
      deniedResourceIds: Object.values(ids),
    })),
  );
  for (const scopes of [scopesElsewhere(rights), denied]) {
    const user = await createUser(installation.databaseUrl, "admin", scopes);
    const api = await installation.nobody.login(user.username, user.password);
    for (const path of [`/datasources/${ids.datasource}`, `/executions/${ids.execution}`]) {
      expect((await api.get(path)).status, path).toBe(200);
    }
    for (const row of changes) {
      const restore = row.endpoint.endsWith("/restore");
      const answer = await call(api, row, restore ? CONFIRMED : undefined);
      // The backup may be seen; the datasource to write into may not be chosen.
      expect(answer.status, `${row.endpoint}: ${answer.text}`).toBe(restore ? 422 : 404);
      if (restore) expect(answer.body).toMatchObject({ details: [{ field: "target_datasource_id" }] });
    }
  }
});

test("an admin's password opens a critical action, a wrong one does not", async ({ installation }) => {
  const user = await createUser(installation.databaseUrl, "operator");
  const api = await installation.nobody.login(user.username, user.password);
  const run = `/backup-jobs/${ids.job}/run`;
  for (const wrong of ["wrong", user.password, ""]) {
    const answer = await api.with({ "x-admin-password": wrong }).post(run);
    expect(answer.status, answer.text).toBe(401);
    expect(answer.body.error).toBe("ADMIN_PASSWORD_INVALID");
  }
  const answer = await api.with({ "x-admin-password": OWNER.password }).post<{ execution_id: string }>(run);
  expect(answer.status, answer.text).toBe(202);
  await completed(installation.owner, answer.body.execution_id);
});

test("an approval opens one action on one resource once, for whom asked", async ({ installation }) => {
  const { databaseUrl, nobody } = installation;
  const user = await createUser(databaseUrl, "operator");
  const api = await nobody.login(user.username, user.password);
  const approve = async (columns: Record<string, string>) => {
    const row = {
      action: "execution.delete",
      resource_type: "execution",
      resource_id: ids.execution,
      status: "approved",
      requester_user_id: user.id,
      expires_at: new Date(Date.now() + 600_000).toISOString(),
      ...columns,
    };
    const values = Object.values(row).map((value) => `'${value}'`);
    const sql = `INSERT INTO critical_approval_requests (${Object.keys(row).join(",")}) VALUES (${values.join(",")}) RETURNING id`;
    return String((await query(databaseUrl, sql))[0]?.[0]);
  };
  const spend = (approval: string, id = ids.execution) =>
    api.with({ "x-critical-approval-id": approval }).delete(`/executions/${id}`);
  const stranger = await createUser(databaseUrl, "operator");
  const refusals: [Record<string, string>, string, number][] = [
    [{ requester_user_id: stranger.id }, "APPROVAL_REQUEST_FORBIDDEN", 403],
    [{ status: "pending" }, "APPROVAL_REQUEST_NOT_APPROVED", 409],
    [{ status: "rejected" }, "APPROVAL_REQUEST_NOT_APPROVED", 409],
    [{ expires_at: "2026-01-01T00:00:00Z" }, "APPROVAL_REQUEST_EXPIRED", 409],
    [{ action: "backup_job.run" }, "APPROVAL_REQUEST_ACTION_MISMATCH", 409],
    [{ resource_id: ELSEWHERE }, "APPROVAL_REQUEST_RESOURCE_MISMATCH", 409],
    [{ used_at: "2026-01-01T00:00:00Z" }, "APPROVAL_REQUEST_ALREADY_USED", 409],
  ];
  for (const [columns, code, status] of refusals) {
    const answer = await spend(await approve(columns));
    expect(answer.body.error, answer.text).toBe(code);
    expect(answer.status).toBe(status);
  }
  for (const unknown of [ELSEWHERE, "not an id", "' OR true --"]) {
    expect((await spend(unknown)).body.error).toBe("APPROVAL_REQUEST_NOT_FOUND");
  }
  const once = await approve({ resource_id: ELSEWHERE });
  expect((await spend(once, ELSEWHERE)).status).toBe(404);
  expect((await spend(once, ELSEWHERE)).body.error).toBe("APPROVAL_REQUEST_ALREADY_USED");
});

test("an API key stands for its user, without a session to end", async ({ installation }) => {
  const { databaseUrl, nobody } = installation;
  const user = await createUser(databaseUrl, "readonly");
  const api = nobody.with({ authorization: `Bearer ${await createApiKey(databaseUrl, user.id)}` });
  expect((await api.get("/auth/me")).body).toMatchObject({
    username: user.username,
    session_expires_at: null,
  });
  expect((await api.post("/auth/logout")).status).toBe(200);
  expect((await api.post("/datasources", {})).status).toBe(403);
  for (const change of ["revoked_at = now()", "revoked_at = NULL, expires_at = now()"]) {
    await query(databaseUrl, `UPDATE api_keys SET ${change} WHERE user_id = '${user.id}'`);
    expect((await api.get("/auth/me")).status, change).toBe(401);
  }
  await query(databaseUrl, `UPDATE api_keys SET expires_at = NULL WHERE user_id = '${user.id}'`);
  expect((await api.get("/auth/me")).status).toBe(200);
  await query(databaseUrl, `UPDATE users SET enabled = false WHERE id = '${user.id}'`);
  expect((await api.get("/auth/me")).status).toBe(401);
});

test("every server action is one gated use case", async () => {
  const seen: string[] = [];
  for (const file of await filesNamed(APP, /\.tsx?$/)) {
    const source = await readFile(file, "utf8");
    if (!source.includes('"use server"')) continue;
    seen.push(relative(APP, file));
    expect(file, "server actions live in actions.ts").toMatch(/\/actions\.ts$/);
    expect(source.startsWith('"use server";\n'), file).toBe(true);
    const exports = source.split("\n").filter((line) => line.startsWith("export "));
    expect(exports.length).toBeGreaterThan(0);
    const gated = /^export const \w+Action = (action|signInAction)\(\w+\);$/;
    const open = exports.filter((line) => !gated.test(line));
    const signsOut = relative(APP, file) === "(app)/actions.ts";
    expect(open, file).toEqual(signsOut ? ["export async function logoutAction(): Promise<void> {"] : []);
  }
  expect(seen).toContain("(app)/actions.ts");
});

test("every page behind the login sends nobody to sign in", async ({ installation }) => {
  const pages = await filesNamed(`${APP}/(app)`, /^page\.tsx$/);
  expect(pages.length).toBeGreaterThan(0);
  for (const file of pages) {
    const path = relative(`${APP}/(app)`, file)
      .replace(/\/?page\.tsx$/, "")
      .replaceAll(/\[\w+\]/g, ids.datasource);
    const answer = await fetch(`${installation.url}/${path}`, { redirect: "manual" });
    expect(answer.status, path).toBe(307);
    expect(answer.headers.get("location"), path).toMatch(/^\/login/);
    expect(await answer.text(), path).not.toMatch(/(Source|Job|Storage) \d/);
  }
});

test("the walk as owner does what the table says", async ({ installation }) => {
  const login = await installation.nobody.post("/auth/login", OWNER);
  const api = installation.nobody.with({ cookie: cookieOf(login) });
  for (const row of EXPECTED) {
    const answer = await call(api, row);
    expect(answer.status, `${row.endpoint}: ${answer.text}`).toBe(row.status);
    if (row.endpoint.endsWith("/run")) {
      await completed(installation.owner, answer.body.execution_id ?? "");
    }
  }
  expect((await api.get("/auth/me")).status).toBe(401);
});
