import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import type { Complaints } from "#e2e/browser/complaints";
import { inspect, visit } from "#e2e/browser/look";
import { openAsOwner, ownerApi } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { connectionOf } from "#e2e/servers/world";

const made = { good: "", bad: "", storage: "" };
let database: TestDatabase;
let api: ApiClient;
let page: Page;
let complaints: Complaints;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  api = await ownerApi(baseURL);
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  ({ page, complaints } = await openAsOwner(browser));
});

test.afterAll(async () => {
  await page?.close();
  for (const id of [made.good, made.bad]) if (id) await api.delete(`/datasources/${id}`);
  if (made.storage) await api.delete(`/storage-locations/${made.storage}`);
  await database?.drop();
});

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

const look = (name: string) => inspect(page, name, complaints, test.info());

async function add(path: string, body: object): Promise<string> {
  const answer = await api.post<{ id: string }>(path, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

test("what was just added is checked without being asked", async () => {
  const connection = connectionOf(database.url);
  made.good = await add("/datasources", {
    name: "Orders",
    type: "postgres",
    connection_config: connection,
  });
  made.bad = await add("/datasources", {
    name: "Archive",
    type: "postgres",
    connection_config: { ...connection, password: "not the password" },
  });
  const path = join(process.env.E2E_DATA_DIR ?? "", "backups", "attic");
  made.storage = await add("/storage-locations", { name: "Loft", type: "local", config: { path } });
  await until("all are checked", async () => {
    const [row] = await query(
      await productDatabase(),
      `SELECT (SELECT count(*) FROM health_checks WHERE datasource_id IN ('${made.good}', '${made.bad}'))
            + (SELECT count(*) FROM storage_health_checks WHERE storage_location_id = '${made.storage}')`,
    );
    return Number(row?.[0]) >= 3;
  });
  await visit(page, `/datasources/${made.bad}`);
  const header = page.locator("main header").first();
  await expect(header.getByText("Failing")).toBeVisible();
  await expect(page.getByText("The user name or password is wrong.").first()).toBeVisible();
  await expect(page.getByText("goes on")).toBeVisible();
  await visit(page, `/storage/${made.storage}`);
  await expect(header.getByText("Reachable")).toBeVisible();
  await expect(header.getByText("every 5 min")).toBeVisible();
});

test("a week of checks is seen at a glance", async () => {
  await query(await productDatabase(), weekOf("health_checks", "datasource_id", made.good));
  await query(await productDatabase(), weekOf("storage_health_checks", "storage_location_id", made.storage));
  await visit(page, `/datasources/${made.good}`);
  await expect(
    page.getByRole("img", { name: /^9\d(\.\d)?% of \d+ checks passed, last 24 hours$/ }),
  ).toBeVisible();
  await expect(page.getByText("lasted 20 min")).toBeVisible();
  await expect(page.getByText("pg_dump")).toBeVisible();
  await look("health-datasource");
  await page.getByRole("radio", { name: "7 d" }).click();
  await expect(page.getByRole("img", { name: /checks passed, last 7 days$/ })).toBeVisible();
  await look("health-datasource-week");
  await visit(page, `/storage/${made.storage}`);
  await look("health-storage");
});

/** A check every five minutes but for the last ten, with a slow evening and an outage of twenty minutes. */
function weekOf(table: string, column: string, id: string): string {
  return `INSERT INTO ${table} (${column}, checked_at, status, latency_ms, error_message)
    SELECT '${id}', now() - n * interval '5 minutes',
      (CASE WHEN down THEN 'unreachable' ELSE 'ok' END)::"HealthCheckStatus",
      CASE WHEN NOT down THEN 14 + (n * 7919) % 23 + CASE WHEN n BETWEEN 60 AND 90 THEN 400 ELSE 0 END END,
      CASE WHEN down THEN 'The connection was refused: nothing listens on that host and port.' END
    FROM (SELECT n, n BETWEEN 101 AND 104 AS down FROM generate_series(2, 1900) n) checks`;
}

test("all of it on one page, the ailing first", async () => {
  await visit(page, "/");
  await page.getByRole("link", { name: "Health", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Health" })).toBeVisible();
  const table = page.getByRole("table", { name: "Datasources" });
  await expect(table.getByRole("row").nth(1)).toContainText("Archive");
  await expect(table.getByRole("row", { name: /Orders/ }).getByRole("img")).toBeVisible();
  await expect(page.getByRole("table", { name: "Storage locations" })).toContainText("Loft");
  await look("health");
  await table.getByRole("link", { name: "Archive" }).click();
  await expect(page).toHaveURL(new RegExp(`/datasources/${made.bad}$`));
});
