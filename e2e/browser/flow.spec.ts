import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { fillSource } from "#e2e/api/source";
import { type Complaints, collectComplaints } from "#e2e/browser/complaints";
import { addDatasource, create, fill, fillConnection, pick } from "#e2e/browser/forms";
import { atRest, ended, inspect, visit } from "#e2e/browser/look";
import { OWNER } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";

/** What the person has made so far. */
const made = {
  shop: "",
  staging: "",
  warehouse: "",
  storage: "",
  job: "",
  slowJob: "",
  backup: "",
  slow: "",
};
const databases: TestDatabase[] = [];
let page: Page;
let complaints: Complaints;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  for (let count = 0; count < 3; count++) {
    databases.push(await createDatabase(urlFrom("TEST_POSTGRES_URL")));
  }
  await fillSource(urlOf("shop"), 3000);
  // Four letters in no order: gzip at level 9 needs seconds for it.
  await query(
    urlOf("warehouse"),
    `CREATE TABLE strands AS SELECT i, translate(md5(i::text) || md5((i * 7)::text) || md5((-i)::text),
       '0123456789abcdef', 'acgtacgtacgtacgt') AS strand FROM generate_series(1, 500000) i; ANALYZE strands`,
  );
  page = await browser.newPage();
  complaints = await collectComplaints(page);
});

test.afterAll(async () => {
  await page?.close();
  for (const database of databases) await database.drop();
});

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

function urlOf(name: "shop" | "staging" | "warehouse"): string {
  const database = databases[["shop", "staging", "warehouse"].indexOf(name)];
  if (!database) throw new Error(`${name} has not been made.`);
  return database.url;
}

const look = (name: string) => inspect(page, name, complaints, test.info());
const button = (name: string) => page.getByRole("button", { name, exact: true });

test("the first person sets up the product and is led to a first backup", async () => {
  await visit(page, "/");
  await expect(page).toHaveURL(/\/setup$/);
  await look("setup");
  await fill(page, { "Your name": OWNER.name, "User name": OWNER.username, Password: "short" });
  await button("Create the account and start").click();
  await expect(page.getByText("Use 8 to 128 characters, other than the user name.")).toBeVisible();
  await fill(page, { Password: OWNER.password });
  await button("Create the account and start").click();
  await expect(page.getByRole("heading", { name: "Your first backup" })).toBeVisible();
  await expect(page.getByText("0 of 4 done")).toBeVisible();
  await look("overview-empty");
  for (const section of ["datasources", "storage", "jobs", "executions", "backups", "health-checks"]) {
    await visit(page, `/${section}`);
    await look(`${section}-empty`);
  }
  await visit(page, "/jobs/new");
  await expect(page.getByText("No datasource yet")).toBeVisible();
  await look("jobs-new-too-early");
});

test("a datasource says precisely why it cannot connect, then connects", async () => {
  await visit(page, "/");
  await page.getByRole("link", { name: "Add datasource" }).click();
  await expect(page).toHaveURL(/\/datasources\/new$/);
  await atRest(page);
  await look("datasources-new");
  await fillConnection(page, "Shop", urlOf("shop"));
  await fill(page, { Password: "not the password" });
  await button("Test connection").click();
  await expect(page.getByText("The credentials were refused")).toBeVisible();
  await expect(page.getByText("The user name or password is wrong.")).toBeVisible();
  await look("datasources-new-refused");
  await fillConnection(page, "Shop", urlOf("shop"));
  await button("Test connection").click();
  await expect(page.getByText(/^Connected to server version \d+/)).toBeVisible();
  await expect(page.getByText(/Answered in .+ of data/)).toBeVisible();
  made.shop = await create(page, "Add datasource", "datasources");
  made.staging = await addDatasource(page, "Staging", urlOf("staging"));
  made.warehouse = await addDatasource(page, "Warehouse", urlOf("warehouse"));
});

test("a local folder is tried out and becomes the default storage", async () => {
  await visit(page, "/storage/new");
  await look("storage-new");
  const path = page.getByLabel("Path", { exact: true });
  await fill(page, { Name: "Cellar", Path: `${await path.inputValue()}/cellar` });
  await button("Test storage").click();
  await expect(page.getByText(/^All steps passed in/)).toBeVisible();
  made.storage = await create(page, "Add storage location", "storage");
  await expect(page.locator("main header").getByText("Default")).toBeVisible();
});

test("a job gets a schedule from a preset, in a time zone", async () => {
  await visit(page, "/jobs/new");
  await look("jobs-new");
  await fill(page, { Name: "Shop, every week" });
  await pick(page, "Datasource", "Shop");
  await page.getByText("Weekly", { exact: true }).click();
  await fill(page, { Time: "03:30" });
  await pick(page, "Time zone", "Sao Paulo");
  await expect(page.getByText(/^Every .+ at 3:30|^Every .+ at 03:30/)).toBeVisible();
  await expect(page.getByText("Next runs, America/Sao Paulo time")).toBeVisible();
  made.job = await create(page, "Create job", "jobs");
  await expect(page.getByText("America/Sao Paulo")).toBeVisible();
  await visit(page, "/");
  await expect(page.getByText("3 of 4 done")).toBeVisible();
  await look("overview-almost");
});

test("a job run by hand is watched to its end, and its artifact is what the page says", async () => {
  await visit(page, `/jobs/${made.job}`);
  await look("job-never-ran");
  await button("Run now").click();
  made.backup = await ended(page, "Completed");
  await expect(page.getByRole("log").getByText(/^PostgreSQL 1\d.*pg_dump .* tables?$/)).toBeVisible();
  const shown = page.locator("dt", { hasText: "SHA-256" }).locator("xpath=following-sibling::dd");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download", exact: true }).click(),
  ]);
  const bytes = await readFile(await download.path());
  expect(bytes.length).toBeGreaterThan(1000);
  await expect(shown).toHaveText(createHash("sha256").update(bytes).digest("hex"));
  await visit(page, `/executions/${made.backup}`);
  await look("execution-completed");
});

test("a backup is verified once its phrase is typed", async () => {
  await page.getByRole("link", { name: "Restore", exact: true }).click();
  await page.waitForURL(/\/backups\/restore\//);
  await atRest(page);
  await look("restore-verify");
  const phrase = page.getByLabel("to confirm");
  await phrase.fill("RESTORE");
  await expect(button("Start verification")).toBeDisabled();
  await phrase.fill("VERIFY RESTORE");
  await button("Start verification").click();
  const id = await ended(page, "Completed");
  await expect(page.getByText(/^All \d+ tables match, [\d,]+ rows/)).toBeVisible();
  await visit(page, `/executions/${id}`);
  await look("execution-verified");
});

test("a backup is restored into another datasource, row by row the same", async () => {
  await visit(page, `/backups/restore/${made.backup}`);
  await page.getByRole("radio", { name: /^Restore into a database/ }).click();
  await pick(page, "Restore into", "Staging");
  await look("restore-elsewhere");
  await page.getByLabel("to confirm").fill("restore");
  await button("Start restore").click();
  await ended(page, "Completed");
  const rows = `SELECT count(*), md5(string_agg(o::text, '|' ORDER BY id)) FROM orders o`;
  const [source] = await query(urlOf("shop"), rows);
  expect(source?.[0]).toBe("6000");
  expect(await query(urlOf("staging"), rows)).toEqual([source]);
});

test("what a job needs is not deleted, and the refusal names the job", async () => {
  await visit(page, `/datasources/${made.shop}`);
  await look("datasource");
  await button("Delete").click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog.getByText("A job still uses it")).toBeVisible();
  await expect(dialog.getByRole("link", { name: "Shop, every week" })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const left = await query(await productDatabase(), `SELECT name FROM datasources WHERE id = '${made.shop}'`);
  expect(left).toEqual([["Shop"]]);
});

test("a long backup shows its progress and is cancelled; run again it completes", async () => {
  await visit(page, "/jobs/new");
  await fill(page, { Name: "Warehouse, every night" });
  await pick(page, "Datasource", "Warehouse");
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByRole("combobox", { name: "Compression", exact: true }).click();
  await page.getByRole("option", { name: "gzip" }).click();
  await fill(page, { Level: "9" });
  await look("jobs-new-advanced");
  made.slowJob = await create(page, "Create job", "jobs");
  await button("Run now").click();
  const bar = page.getByRole("progressbar");
  await expect(bar).toHaveAttribute("aria-valuenow", /^[1-9]/);
  await button("Cancel execution").click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Cancel execution" }).click();
  made.slow = await ended(page, "Cancelled");
  await visit(page, `/executions/${made.slow}`);
  await look("execution-cancelled");
  await button("Run again").click();
  await expect(page).not.toHaveURL(new RegExp(made.slow));
  await expect(bar).toHaveAttribute("aria-valuenow", /^[1-9]/);
  await look("execution-running");
  await expect(page.getByText("Dumping and storing")).toBeVisible();
  await ended(page, "Completed");
});

test("a failed backup says why, and an execution can be deleted", async () => {
  await visit(page, `/jobs/${made.slowJob}/edit`);
  await page.getByText("Advanced", { exact: true }).click();
  const include = page.getByLabel("Include tables", { exact: true });
  await include.fill("public.no_such_table");
  await include.press("Enter");
  await create(page, "Save changes", "jobs");
  await button("Run now").click();
  const failed = await ended(page, "Failed");
  await expect(
    page
      .locator("main")
      .getByText(/no_such_table|no matching tables/)
      .first(),
  ).toBeVisible();
  await visit(page, `/executions/${failed}`);
  await look("execution-failed");

  await visit(page, `/executions/${made.slow}`);
  await button("More actions").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/executions$/);
  await expect(page.getByText("The execution was deleted")).toBeVisible();
  const left = await query(
    await productDatabase(),
    `SELECT 1 FROM backup_executions WHERE id = '${made.slow}'`,
  );
  expect(left).toEqual([]);
});

test("every page with something on it", async () => {
  const pages = {
    overview: "/",
    datasources: "/datasources",
    "datasource-edit": `/datasources/${made.shop}/edit`,
    storage: "/storage",
    "storage-one": `/storage/${made.storage}`,
    "storage-edit": `/storage/${made.storage}/edit`,
    jobs: "/jobs",
    job: `/jobs/${made.job}`,
    "job-edit": `/jobs/${made.job}/edit`,
    executions: "/executions",
    "executions-no-match": "/executions?from=2020-01-01&to=2020-01-02",
    backups: "/backups",
    "backups-one": `/backups/${made.shop}`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await visit(page, path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(name);
  }
});
