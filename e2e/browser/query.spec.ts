import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { MongoClient } from "mongodb";
import type { ApiClient } from "#e2e/api/api-client";
import { createUser } from "#e2e/api/installation";
import { fillSource } from "#e2e/api/source";
import type { Complaints } from "#e2e/browser/complaints";
import { pick, signIn } from "#e2e/browser/forms";
import { inspect, visit } from "#e2e/browser/look";
import { openAsOwner, ownerApi } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { connectionOf } from "#e2e/servers/world";

const made = { ledger: "", gone: "", papers: "" };
const { TEST_MONGODB_URL: mongodbUrl } = process.env;
let database: TestDatabase;
let api: ApiClient;
let page: Page;
let complaints: Complaints;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  api = await ownerApi(baseURL);
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await fillSource(database.url, 1500);
  await query(database.url, "ANALYZE");
  ({ page, complaints } = await openAsOwner(browser));
});

test.afterAll(async () => {
  await page?.close();
  for (const id of Object.values(made)) if (id) await api.delete(`/datasources/${id}`);
  await database?.drop();
});

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

const look = (name: string) => inspect(page, name, complaints, test.info());
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const statement = () => page.getByLabel("Statement", { exact: true });
const result = () => page.getByRole("table", { name: "Result" });

async function run(sql: string): Promise<void> {
  await statement().fill(sql);
  await statement().press("ControlOrMeta+Enter");
}

/** The browser notes every refusal of the server, also one that the page explains. */
function forgetRefusal(): void {
  expect(complaints.take().filter((text) => !text.includes("status of 400"))).toEqual([]);
}

async function add(name: string, more: object = {}): Promise<string> {
  const answer = await api.post<{ id: string }>("/datasources", {
    name,
    type: "postgres",
    connection_config: { ...connectionOf(database.url), ...more },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

test("a datasource leads to the console, which shows its tables", async () => {
  made.ledger = await add("Ledger");
  await visit(page, `/datasources/${made.ledger}`);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "Schema", exact: true }) });
  await expect(card.locator("dt", { hasText: "Tables" }).locator("xpath=following-sibling::dd")).toHaveText(
    "4",
  );
  await look("datasource-schema");
  await card.getByRole("link", { name: "Open in Query" }).click();
  await expect(page).toHaveURL(new RegExp(`/query\\?datasource=${made.ledger}$`));
  await expect(page.getByText("Read-only", { exact: true })).toBeVisible();
  await expect(page.getByText("4 tables · 2 views")).toBeVisible();
  await expect(button("Insert customers")).toContainText("about 1,500 rows");
  await look("query-empty");
});

test("names are found and put into the statement", async () => {
  await page.getByLabel("Search tables and columns").fill("größe");
  await expect(button("Insert customers")).toHaveCount(0);
  await statement().fill("SELECT * FROM ");
  await button('Insert Odd "Name", größe').click();
  await expect(statement()).toHaveValue('SELECT * FROM "Odd ""Name"", größe"');
  await page.getByLabel("Search tables and columns").fill("");
  await button("Columns of customers").click();
  await page.getByRole("button", { name: /^joined/ }).click();
  await expect(statement()).toHaveValue('SELECT * FROM "Odd ""Name"", größe" joined');
  await page.keyboard.press("ControlOrMeta+z");
  await expect(statement()).toHaveValue('SELECT * FROM "Odd ""Name"", größe"');
});

test("a statement is run by the keyboard, and its values can be read", async () => {
  await run(`SELECT id, name, NULL AS nothing, '' AS blank, note, repeat('long ', 60) AS story, total
FROM orders JOIN customers USING (id) ORDER BY id LIMIT 12`);
  await expect(page.getByText("12 rows")).toBeVisible();
  await expect(result().getByRole("columnheader", { name: "note jsonb" })).toBeVisible();
  await expect(result().getByText("NULL").first()).toBeVisible();
  await look("query-result");
  await button("Show the whole value of note, row 3").click();
  const dialog = page.getByRole("dialog", { name: "note" });
  await expect(dialog.getByText('"n": 3,')).toBeVisible();
  await look("query-value");
  await page.keyboard.press("Escape");
  await expect(button("Show the whole value of note, row 3")).toBeFocused();
});

test("a result is saved without formulas", async () => {
  await run("SELECT '=1+1' AS a, -2 AS b, NULL AS c");
  await expect(page.getByText("1 row", { exact: true })).toBeVisible();
  const saved = async (format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button(`Save as ${format}`).click(),
    ]);
    return readFile(await download.path(), "utf8");
  };
  expect(await saved("CSV")).toBe("a,b,c\r\n'=1+1,-2,\r\n");
  expect(JSON.parse(await saved("JSON"))).toEqual([{ a: "=1+1", b: -2, c: null }]);
});

test("only the first thousand rows come, and a part of the text can be run", async () => {
  await run("SELECT * FROM customers");
  await expect(page.getByText("Only the first 1,000 rows.")).toBeVisible();
  await expect(result().getByRole("row")).toHaveCount(201);
  await button("Show 200 more").click();
  await expect(result().getByRole("row")).toHaveCount(401);
  await statement().fill("SELECT 'first';\nSELECT 'second'");
  await statement().press("Shift+Home");
  await button("Run selection").click();
  await expect(result().getByText("second")).toBeVisible();
});

test("a mistake is shown where it is", async () => {
  await run("SELECT id,\n  nme\nFROM customers");
  await expect(page.getByText("The statement failed at line 2, column 3")).toBeVisible();
  await expect(page.getByText('column "nme" does not exist')).toBeVisible();
  forgetRefusal();
  await look("query-mistake");
  await button("Go to it").click();
  await expect(statement()).toBeFocused();
  expect(await statement().evaluate((node: HTMLTextAreaElement) => node.selectionStart)).toBe(13);
  await run("DELETE FROM customers");
  await expect(page.getByText(/^Only statements that read are allowed here/)).toBeVisible();
  forgetRefusal();
});

test("a long statement is cancelled, and ends on the server", async () => {
  const running = async () =>
    (
      await query(
        database.url,
        "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(604)' AND state = 'active'",
      )
    ).length;
  // A look may take longer than a statement: this one never leaves the browser.
  await page.route("**/api/datasources/*/query", () => undefined);
  await run("SELECT 1");
  await expect(page.getByText(/^Running for/)).toBeVisible();
  await look("query-running");
  await button("Cancel").click();
  await expect(page.getByText(/^Running for/)).toHaveCount(0);
  await page.unroute("**/api/datasources/*/query");

  await run("SELECT pg_sleep(604)");
  await expect(page.getByText(/^Running for/)).toBeVisible();
  await until("it runs", async () => (await running()) === 1);
  await button("Cancel").click();
  await expect(page.getByText("Cancelled. The statement was ended on the server.")).toBeVisible();
  // Of its own it would end after 15 seconds.
  await until("it has ended", async () => (await running()) === 0, 14_000);
});

test("what was run is remembered in this browser, and so is the datasource", async () => {
  await visit(page, "/query");
  await expect(page.getByRole("combobox", { name: "Datasource" })).toHaveText("Ledger");
  await button("History").click();
  await look("query-history");
  await page.getByRole("button", { name: /SELECT \* FROM customers/ }).click();
  await expect(statement()).toHaveValue("SELECT * FROM customers");
});

test("a source that does not answer says so, and the page stands", async () => {
  made.gone = await add("Gone", { port: 1 });
  await visit(page, "/query");
  await pick(page, "Datasource", "Gone");
  await expect(page.getByText("The schema could not be read")).toBeVisible();
  await look("query-unreachable");
  await button("Try again").click();
  await expect(page.getByText("The schema could not be read")).toBeVisible();
  await run("SELECT 1");
  await expect(page.getByText("The datasource cannot be reached")).toBeVisible();
  forgetRefusal();
});

async function showDocuments(): Promise<void> {
  const server = new URL(mongodbUrl ?? "");
  const client = await MongoClient.connect(server.href);
  const papers = client.db("papers");
  await papers.collection("letters").insertMany([{ to: "Ada", firstPage: { words: 7 } }, { to: "Grace" }]);
  await papers.collection("empty").insertOne({});
  await papers.collection("empty").deleteMany({});
  const answer = await api.post<{ id: string }>("/datasources", {
    name: "Papers",
    type: "mongodb",
    connection_config: {
      host: server.hostname,
      port: Number(server.port),
      database: "papers",
      username: server.username,
      password: server.password,
    },
  });
  expect(answer.status, answer.text).toBe(201);
  made.papers = answer.body.id;
  await visit(page, "/query");
  await pick(page, "Datasource", "Papers");
  await expect(page.getByText("2 collections")).toBeVisible();
  await expect(statement()).toHaveCount(0);
  await button("Show empty").click();
  await expect(page.getByText("This collection holds no documents.")).toBeVisible();
  await button("Show letters").click();
  await expect(page.getByText("The first 2 documents")).toBeVisible();
  await expect(page.getByText('"firstPage": {')).toBeVisible();
  await look("query-documents");
  await papers.dropDatabase();
  await client.close();
}

// Without Go there is no such server, which only a person's own machine may lack.
if (mongodbUrl || process.env.CI) {
  test("of a source that takes no statements a few documents are shown", showDocuments);
}

test("who may not query sees neither the entry nor the page", async ({ browser }) => {
  const reader = await createUser(await productDatabase(), "readonly");
  const other = await browser.newPage();
  await visit(other, "/login");
  await signIn(other, reader.username, reader.password);
  await expect(other.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(other.getByRole("link", { name: "Health" })).toBeVisible();
  await expect(other.getByRole("link", { name: "Query" })).toHaveCount(0);
  await visit(other, "/query");
  await expect(other.getByRole("heading", { name: "You may not see this" })).toBeVisible();
  await expect(other.getByText("datasources.query")).toBeVisible();
  await other.close();
});
