import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";
import { ApiClient, cookieOf, type Problem } from "#e2e/api/api-client";
import { createUser, OWNER, test, workingDirectory } from "#e2e/api/installation";
import { makeDatasource } from "#e2e/api/make";
import { type Product, startProduct } from "#e2e/servers/product";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { connectionOf } from "#e2e/servers/world";

const KEY = randomBytes(32).toString("base64");
const UNAUTHORIZED = { error: "UNAUTHORIZED" };

let database: TestDatabase;
let directory = "";
let product: Product;
let nobody: ApiClient;

test.describe.configure({ mode: "serial" });

async function start(secretKey: string): Promise<void> {
  product = await startProduct(directory, { DATABASE_URL: database.url, SECRET_KEY: secretKey });
  nobody = new ApiClient(product.url);
}

test.beforeAll(async () => {
  database = await createDatabase(urlFrom("TEST_DATABASE_URL"));
  directory = await workingDirectory();
  await start(KEY);
});

test.afterAll(async () => {
  await product.stop();
  await database.drop();
});

test("of twenty set-ups at once one wins", async () => {
  expect((await nobody.get("/auth/status")).body).toEqual({
    has_user: false,
    authenticated: false,
    user: null,
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      nobody.post<Problem & { user?: { username: string } }>("/auth/setup", {
        ...OWNER,
        username: `owner-${i}`,
      }),
    ),
  );
  const won = answers.filter((answer) => answer.status === 201);
  const lost = answers.filter((answer) => answer.status === 409);
  expect([won.length, lost.length]).toEqual([1, 19]);
  for (const answer of lost) {
    expect(answer.body.error).toBe("USER_ALREADY_CONFIGURED");
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  const winner = won.map((answer) => answer.body.user?.username);
  expect(await query(database.url, "SELECT username, is_owner FROM users")).toEqual([[winner[0], true]]);
  await query(database.url, `UPDATE users SET username = '${OWNER.username}'`);
  expect((await nobody.post("/auth/setup", OWNER)).status).toBe(409);
});

test("the session's cookie is one that scripts in pages and other sites cannot use", async () => {
  const answer = await nobody.post("/auth/login", OWNER);
  const [plain = ""] = answer.headers.getSetCookie();
  const attributes = plain.toLowerCase().split("; ").slice(1);
  expect(attributes).toEqual(
    expect.arrayContaining(["httponly", "samesite=lax", "path=/", "max-age=604800"]),
  );
  expect(attributes).not.toContain("secure");
  expect(answer.text).not.toContain(cookieOf(answer).slice("dg_session=".length));
  expect(answer.text).not.toMatch(/password|token/i);
  const https = await nobody.with({ "x-forwarded-proto": "https" }).post("/auth/login", OWNER);
  expect(https.headers.getSetCookie()[0]?.toLowerCase().split("; ")).toContain("secure");
  const stored = await query(database.url, "SELECT token_hash FROM auth_sessions");
  for (const [hash] of stored) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test("forged, expired and revoked sessions are none", async () => {
  const cookie = cookieOf(await nobody.post("/auth/login", OWNER));
  const api = nobody.with({ cookie });
  expect((await api.get("/auth/me")).status).toBe(200);
  const middle = Math.floor(cookie.length / 2);
  const flipped = cookie.slice(0, middle) + (cookie[middle] === "A" ? "B" : "A") + cookie.slice(middle + 1);
  const [hash] = (await query(database.url, "SELECT token_hash FROM auth_sessions LIMIT 1"))[0] ?? [];
  for (const forged of [
    flipped,
    cookie.slice(0, -2),
    `dg_session=${hash}`,
    "dg_session=eyJhbGciOiJub25lIn0.e30.",
  ]) {
    expect((await nobody.with({ cookie: forged }).get("/auth/me")).body, forged).toMatchObject(UNAUTHORIZED);
  }
  for (const change of ["expires_at = now()", "expires_at = now() + interval '1 day', revoked_at = now()"]) {
    await query(database.url, `UPDATE auth_sessions SET ${change}`);
    expect((await api.get("/auth/me")).body, change).toMatchObject(UNAUTHORIZED);
  }
  await query(database.url, "UPDATE auth_sessions SET revoked_at = NULL");
  expect((await api.get("/auth/me")).status).toBe(200);
  await query(database.url, "DELETE FROM auth_sessions");
  expect((await api.get("/auth/me")).body).toMatchObject(UNAUTHORIZED);
});

test("a session from before the login is neither kept nor raised", async () => {
  const planted = cookieOf(await nobody.post("/auth/login", OWNER));
  const login = await nobody.with({ cookie: planted }).post("/auth/login", OWNER);
  expect(cookieOf(login)).not.toBe(planted);
  const unknown = "dg_session=chosen-by-somebody";
  const fixed = await nobody.with({ cookie: unknown }).post("/auth/login", OWNER);
  expect(cookieOf(fixed)).not.toBe(unknown);
  expect((await nobody.with({ cookie: unknown }).get("/auth/me")).status).toBe(401);
});

test("logout ends the session, not only the cookie", async () => {
  const api = await nobody.login(OWNER.username, OWNER.password);
  const other = await nobody.login(OWNER.username, OWNER.password);
  const answer = await api.post("/auth/logout");
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^dg_session=;.*Max-Age=0/i);
  expect((await api.get("/auth/me")).body).toMatchObject(UNAUTHORIZED);
  expect((await other.get("/auth/me")).status).toBe(200);
});

test("who fails to sign in learns nothing about whom", async () => {
  const disabled = await createUser(database.url, "operator");
  const session = await nobody.login(disabled.username, disabled.password);
  await query(database.url, `UPDATE users SET enabled = false WHERE id = '${disabled.id}'`);
  expect((await session.get("/auth/me")).status).toBe(401);
  const answers = [
    await nobody.post("/auth/login", { username: "nobody-at-all", password: "x" }),
    await nobody.post("/auth/login", { username: OWNER.username, password: "x" }),
    await nobody.post("/auth/login", { username: disabled.username, password: disabled.password }),
    await nobody.post("/auth/login", { username: `${OWNER.username}' OR '1'='1`, password: "x" }),
  ];
  for (const { status, body, headers } of answers) {
    expect(status).toBe(401);
    expect(body).toEqual({ error: "INVALID_CREDENTIALS", message: answers[0]?.body.message });
    expect(headers.getSetCookie()).toEqual([]);
  }
});

test("guessing is stopped, by name and by address", async () => {
  const victim = await createUser(database.url, "readonly");
  const from = (address: string) => nobody.with({ "x-forwarded-for": address });
  const guess = (username: string, address: string) =>
    from(address).post("/auth/login", { username, password: "guess" });
  for (let i = 0; i < 10; i++) expect((await guess(victim.username, `198.51.100.${i}`)).status).toBe(401);
  const right = { username: victim.username, password: victim.password };
  const stopped = await from("198.51.100.99").post("/auth/login", right);
  expect(stopped.status).toBe(429);
  expect(stopped.body).toMatchObject({ error: "RATE_LIMITED", details: { retry_after_seconds: 900 } });
  const guesses = Array.from({ length: 50 }, (_, i) => guess(`name-${i}`, "203.0.113.7"));
  expect(new Set((await Promise.all(guesses)).map((answer) => answer.status))).toEqual(new Set([401]));
  const other = await createUser(database.url, "readonly");
  const login = { username: other.username, password: other.password };
  expect((await from("203.0.113.7").post("/auth/login", login)).status).toBe(429);
  expect((await from("203.0.113.8").post("/auth/login", login)).status).toBe(200);
});

type Health = { status: string; services: { secret_key: string } };

test("another SECRET_KEY is noticed, and nothing is sealed under it", async () => {
  const before = await nobody.login(OWNER.username, OWNER.password);
  const source = urlFrom("TEST_POSTGRES_URL");
  const id = await makeDatasource(before, source);
  const sealed = () => query(database.url, "SELECT id, connection_config FROM datasources ORDER BY id");
  const stored = await sealed();
  await product.stop();
  await start(randomBytes(32).toString("base64"));

  expect((await nobody.with(before.headers).get("/auth/me")).status).toBe(401);
  const owner = await nobody.login(OWNER.username, OWNER.password);
  const health = await owner.get<Health>("/health");
  expect(health.body).toMatchObject({ status: "degraded", services: { secret_key: "mismatch" } });
  const config = connectionOf(source);
  const writes = [
    await owner.post("/datasources", { name: "New", type: "postgres", connection_config: config }),
    await owner.put(`/datasources/${id}`, { connection_config: config }),
    await owner.post(`/datasources/${id}/test`),
  ];
  for (const { status, body } of writes) {
    expect(status).toBe(503);
    expect(body.error).toBe("SERVICE_UNAVAILABLE");
    expect(body.message).toMatch(/SECRET_KEY.*Put the former key back/s);
  }
  expect((await owner.get("/datasources")).body).toMatchObject({ pagination: { total: 1 } });
  expect((await owner.put(`/datasources/${id}`, { tags: ["kept"] })).status).toBe(200);
  expect(await sealed()).toEqual(stored);
});

test("the former SECRET_KEY heals everything", async () => {
  await product.stop();
  await start(KEY);
  const owner = await nobody.login(OWNER.username, OWNER.password);
  const health = await until("health is ok", async () => {
    const { body } = await owner.get<Health>("/health");
    return body.status === "ok" ? body : null;
  });
  expect(health.services.secret_key).toBe("ok");
  const { body } = await owner.get<{ data: { id: string }[] }>("/datasources");
  expect((await owner.post(`/datasources/${body.data[0]?.id}/test`)).body).toMatchObject({ ok: true });
});
