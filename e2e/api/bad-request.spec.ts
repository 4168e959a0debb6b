import { expect } from "@playwright/test";
import { type Answer, type ApiClient, cookieOf, type Problem } from "#e2e/api/api-client";
import { OWNER, test } from "#e2e/api/installation";
import { makeDatasource } from "#e2e/api/make";
import { BAD_QUERIES } from "#e2e/api/payloads";
import { countRows, expectRefusal } from "#e2e/api/refusal";
import { EXPECTED } from "#e2e/api/routes";
import { query } from "#e2e/servers/query";
import { urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";

const MIB = 1024 * 1024;

let before: unknown[] = [];
test.beforeEach(async ({ installation }) => {
  before = await countRows(installation);
});
test.afterEach(async ({ installation }) => {
  expect(await countRows(installation), "nothing was stored").toEqual(before);
  expect(await installation.output(), "the log").not.toContain("request failed unexpectedly");
});

function datasource(more: object = {}) {
  return {
    name: "Bad",
    type: "postgres",
    connection_config: connectionOf(urlFrom("TEST_POSTGRES_URL")),
    ...more,
  };
}

test("bodies that are no JSON object", async ({ installation: { owner } }) => {
  const bodies = [
    "{",
    "[]",
    "null",
    "1",
    '"text"',
    '{"a":}',
    "{'a':1}",
    "NaN",
    "name=x",
    "<xml/>",
    '{"a":1}{"b":2}',
  ];
  for (const body of bodies) expectRefusal(await owner.post("/datasources", body), body, 422, "body");
  const good = JSON.stringify(datasource());
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
  ]) {
    const answer = await owner.with({ "content-type": type }).post("/datasources", good);
    expectRefusal(answer, type, 422, "content-type");
  }
});

test("bodies that are deep, or hold what cannot be stored", async ({ installation: { owner } }) => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const raw = (config: string) =>
    JSON.stringify(datasource({ connection_config: "@" })).replace('"@"', config);
  const bodies = [
    raw(nested(25)),
    raw(nested(20_000)),
    raw(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    raw('{"host":"a\\u0000b"}'),
    raw('{"host":"\\ud800"}'),
    raw('{"\\u0000":1}'),
    raw('{"__proto__":{"is_owner":true}}'),
    `{"__proto__":{"is_owner":true},${JSON.stringify(datasource()).slice(1)}`,
    `{"constructor":{"prototype":{}},${JSON.stringify(datasource()).slice(1)}`,
  ];
  for (const body of bodies) expectRefusal(await owner.post("/datasources", body), body.slice(0, 60));
});

test("bodies over 1 MiB, announced or not", async ({ installation }) => {
  const big = JSON.stringify(datasource({ name: "x".repeat(MIB) }));
  for (const path of ["/datasources", "/auth/login", "/auth/setup"]) {
    const answer = await installation.owner.with({ connection: "close" }).post(path, big);
    expectRefusal(answer, path, 413);
    expect(answer.body.error).toBe("PAYLOAD_TOO_LARGE");
  }
  const nobody = await installation.nobody.with({ connection: "close" }).post("/datasources", big);
  expect([401, 413]).toContain(nobody.status);
  const parts = Array.from({ length: 40 }, () => new TextEncoder().encode("x".repeat(64 * 1024)));
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const part = parts.pop();
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
  const unannounced: RequestInit & { duplex: "half" } = {
    method: "POST",
    headers: { ...installation.owner.headers, "content-type": "application/json", connection: "close" },
    body: stream,
    duplex: "half",
  };
  const response = await fetch(`${installation.url}/api/datasources`, unannounced);
  expect(response.status).toBe(413);
});

test("query strings that no list understands", async ({ installation: { owner } }) => {
  for (const [path, field] of BAD_QUERIES) expectRefusal(await owner.get(path), path, 422, field);
});

test("a filter is compared, never a pattern", async ({ installation }) => {
  const { owner, databaseUrl } = installation;
  const id = await makeDatasource(owner, urlFrom("TEST_POSTGRES_URL"));
  await owner.put(`/datasources/${id}`, { tags: ["prod", "100%"] });
  type Page = { pagination: { total: number } };
  const total = async (tag: string) =>
    (await owner.get<Page>(`/datasources?tag=${encodeURIComponent(tag)}`)).body.pagination.total;
  expect(await total("prod")).toBe(1);
  expect(await total("100%")).toBe(1);
  for (const tag of ["%", "_", "pro_", "p%", "100_", "*", "' OR '1'='1", "{prod}", "\\"]) {
    expect(await total(tag), tag).toBe(0);
  }
  await query(databaseUrl, `DELETE FROM datasources WHERE id = '${id}'`);
});

test("ids that are none", async ({ installation: { owner } }) => {
  const wrong = ["1", "abc", "null", "%00", "..%2f..%2fetc", "*", "%27%20OR%201=1", "%F0%9F%98%80"];
  const almost = "00000000-0000-4000-8000-00000000000";
  for (const { endpoint } of EXPECTED.filter((row) => row.endpoint.includes("{"))) {
    const [method = "", pattern = ""] = endpoint.split(" ");
    for (const id of [...wrong, almost, `${almost}1x`, crypto.randomUUID()]) {
      const path = pattern.replace(/\{\w+\}/, id);
      const body = method === "POST" || method === "PUT" ? { confirmation_phrase: "RESTORE" } : undefined;
      const answer = await owner.send(
        method as "GET",
        path,
        pattern.endsWith("/restore") ? body : body && {},
      );
      const unknownList = pattern === "/backups/datasources/{datasourceId}" && answer.status === 200;
      if (unknownList) expect(answer.body).toMatchObject({ data: [] });
      else expectRefusal(answer, `${method} ${path}`, answer.status === 404 ? 404 : 422);
    }
  }
  const { body } = await owner.get<{ data: { id: string }[] }>("/executions?limit=1");
  const known = body.data[0]?.id ?? crypto.randomUUID();
  for (const after of ["x", "-1", "99999999999999999999", "1;2", "%00"]) {
    for (const path of ["logs", "events"]) {
      expectRefusal(await owner.get(`/executions/${known}/${path}?after=${after}`), after, 422, "after");
    }
  }
  const storage = owner.get(`/backups/${known}/download?storage_location_id=x`);
  expectRefusal(await storage, "storage", 422, "storage_location_id");
});

test("two ids that disagree", async ({ installation }) => {
  const { owner, databaseUrl } = installation;
  const id = await makeDatasource(owner, urlFrom("TEST_POSTGRES_URL"));
  expectRefusal(
    await owner.put(`/datasources/${id}`, { id: crypto.randomUUID(), enabled: false }),
    "id",
    422,
    "id",
  );
  expect((await owner.put(`/datasources/${id}`, { id, enabled: true })).status).toBe(200);
  await query(databaseUrl, `DELETE FROM datasources WHERE id = '${id}'`);
});

test("a change reads nothing from its address", async ({ installation: { nobody } }) => {
  const { username, password } = OWNER;
  const answer = await nobody.post(`/auth/login?${new URLSearchParams({ username, password })}`);
  expectRefusal(answer, "login", 422, "password");
});

const FOREIGN: Readonly<Record<string, string>>[] = [
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "http://127.0.0.1" },
  { origin: "file://" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
];

test("what another site sends is turned away", async ({ installation }) => {
  const { owner, url } = installation;
  const changes = EXPECTED.filter((row) => !row.endpoint.startsWith("GET"));
  for (const headers of FOREIGN) {
    for (const { endpoint } of changes) {
      const [method = "", pattern = ""] = endpoint.split(" ");
      const path = pattern.replace(/\{\w+\}/, crypto.randomUUID());
      const answer = await owner.with(headers).send(method as "POST", path);
      expectRefusal(answer, `${endpoint} ${JSON.stringify(headers)}`, 403);
      expect(answer.body.error).toBe("FORBIDDEN");
    }
    const read = await owner.with(headers).fetch("GET", "/auth/me");
    expect(read.headers.get("access-control-allow-origin")).toBeNull();
    await read.body?.cancel();
  }
  const preflight = await fetch(`${url}/api/datasources`, {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  for (const headers of [{ origin: url, "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }]) {
    expect((await owner.with(headers).post("/datasources", {})).status).toBe(422);
  }
});

test("methods that an endpoint does not have", async ({ installation: { owner, url } }) => {
  for (const path of ["/datasources", "/auth/login", `/executions/${crypto.randomUUID()}/events`]) {
    expect((await owner.send("PATCH", path, {})).status, path).toBe(405);
  }
  for (const path of [
    `/executions/${crypto.randomUUID()}/events`,
    `/backups/${crypto.randomUUID()}/download`,
  ]) {
    const answer = await fetch(`${url}/api${path}`, { method: "HEAD", headers: owner.headers });
    expect(answer.status, path).toBe(404);
  }
});

test("operators in place of texts do not sign in", async ({ installation }) => {
  const { nobody } = installation;
  const attempts: [object, string][] = [
    [{ username: { not: "" }, password: "x" }, "username"],
    [{ username: { contains: "o" }, password: "x" }, "username"],
    [{ username: OWNER.username, password: { not: "" } }, "password"],
    [{ username: OWNER.username, password: [OWNER.password] }, "password"],
    [{ username: [OWNER.username], password: OWNER.password }, "username"],
    [{ username: OWNER.username, password: true }, "password"],
    [{ username: "x".repeat(65), password: "x" }, "username"],
    [{ username: "nul\0", password: "x" }, "username"],
  ];
  for (const [body, field] of attempts) {
    expectRefusal(await nobody.post("/auth/login", body), JSON.stringify(body), 422, field);
  }
});

test("headers that are odd do no harm", async ({ installation: { nobody, url } }) => {
  const odd: Readonly<Record<string, string>>[] = [
    { authorization: "Bearer " },
    { authorization: "Basic b3duZXI6eA==" },
    { authorization: `Bearer ${"x".repeat(4000)}` },
    { cookie: "dg_session=" },
    { cookie: `dg_session=${"x".repeat(4000)}` },
    { cookie: "dg_session=a.b.c; dg_session=..." },
    { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    { "x-forwarded-for": "' OR 1=1 --, <script>" },
    { "x-forwarded-proto": "javascript", "x-forwarded-host": "evil.example" },
  ];
  for (const headers of odd) await expectUnauthorized(nobody.with(headers), JSON.stringify(headers));
  const page = await fetch(url, { redirect: "manual", headers: { "x-middleware-subrequest": "proxy" } });
  expect(page.status).toBe(307);
  await page.body?.cancel();
});

async function expectUnauthorized(api: ApiClient, about: string): Promise<void> {
  const answer: Answer<Problem> = await api.get("/auth/me");
  expectRefusal(answer, about, 401);
  expect(() => cookieOf(answer)).toThrow();
}
