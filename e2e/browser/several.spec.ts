import { mkdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import { fillSource } from "#e2e/api/source";
import type { Complaints } from "#e2e/browser/complaints";
import { create, fill, pick } from "#e2e/browser/forms";
import { ended, inspect, visit } from "#e2e/browser/look";
import { openAsOwner, ownerApi } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";
import { namesBelow } from "#e2e/servers/names-below";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";

const made = { server: "", spare: "", near: "", far: "", job: "", first: "" };
const databases: TestDatabase[] = [];
let api: ApiClient;
let page: Page;
let complaints: Complaints;
/** Where the download of a backup was kept. */
let kept = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  api = await ownerApi(baseURL);
  for (let count = 0; count < 3; count++) {
    databases.push(await createDatabase(urlFrom("TEST_POSTGRES_URL")));
  }
  for (const index of [0, 1]) await fillSource(urlOf(index), 500);
  made.server = await add("/datasources", source("Whole server", 0));
  made.spare = await add("/datasources", source("Spare server", 2));
  for (const place of ["near", "far"] as const) {
    made[place] = await add("/storage-locations", {
      name: place === "near" ? "Shelf" : "Vault",
      type: "local",
      config: { path: folderOf(place) },
    });
  }
  ({ page, complaints } = await openAsOwner(browser));
});

test.afterAll(async () => {
  await page?.close();
  if (made.job) await api.delete(`/backup-jobs/${made.job}`);
  for (const id of [made.server, made.spare]) if (id) await api.delete(`/datasources/${id}`);
  for (const database of databases) await database.drop();
  if (kept) await rm(dirname(kept), { recursive: true });
});

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

const look = (name: string) => inspect(page, name, complaints, test.info());
const button = (name: string) => page.getByRole("button", { name, exact: true });
const dataDir = () => process.env.E2E_DATA_DIR ?? "";
const folderOf = (place: string) => join(dataDir(), "backups", `several-${place}`);
const card = (title: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

function urlOf(index: number): string {
  const url = databases[index]?.url;
  if (url === undefined) throw new Error(`There is no database ${index}.`);
  return url;
}

const nameOf = (index: number) => new URL(urlOf(index)).pathname.slice(1);
const source = (name: string, index: number) => ({
  name,
  type: "postgres",
  connection_config: connectionOf(urlOf(index)),
});

async function add(path: string, body: object): Promise<string> {
  const answer = await api.post<{ id: string }>(path, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

/** Every file below a storage's folder whose name ends so. */
async function filesEnding(place: string, ending: string): Promise<string[]> {
  const root = folderOf(place);
  return (await namesBelow(root)).filter((file) => file.endsWith(ending)).map((file) => join(root, file));
}

test("a job takes two databases to two storages", async () => {
  await visit(page, "/jobs/new");
  await fill(page, { Name: "Server, every night" });
  await pick(page, "Datasource", "Whole server");
  await page.getByRole("combobox", { name: "Databases", exact: true }).click();
  await page.getByRole("option", { name: "Some of them" }).click();
  await button("Load names").click();
  for (const index of [0, 1]) await page.getByRole("checkbox", { name: nameOf(index), exact: true }).check();
  await expect(button(`Remove ${nameOf(1)}`)).toBeVisible();
  await pick(page, "Storage", "Shelf");
  await button("Add a further storage").click();
  await button("Create job").click();
  await expect(page.getByText("Storage 2 is required.")).toBeVisible();
  await pick(page, "Storage 2", "Vault");
  await page.getByRole("radio", { name: /^A copy on each/ }).click();
  await look("several-job-new");
  made.job = await create(page, "Create job", "jobs");
  await expect(page.getByText("Copies on")).toBeVisible();
  await expect(page.getByRole("link", { name: "Vault" })).toBeVisible();
  const { body } = await api.get<{ backup_options: object }>(`/backup-jobs/${made.job}`);
  expect(body.backup_options).toMatchObject({
    databases: [nameOf(0), nameOf(1)],
    storage_strategy: "replicate",
    storage_targets: [{ storage_location_id: made.far, order: 1 }],
  });
});

test("what the type cannot do is not offered; files that rows name go along", async () => {
  await visit(page, `/jobs/${made.job}/edit`);
  await page.getByText("Advanced", { exact: true }).click();
  await expect(page.getByLabel("Include tables", { exact: true })).toBeVisible();
  await expect(page.getByText("Files that cannot be read")).toHaveCount(0);
  await page.getByRole("switch", { name: "Referenced files" }).click();
  await button("Save changes").click();
  await expect(page.getByText("Query is required.")).toBeVisible();
  await fill(page, { Query: "SELECT note ->> 'file' AS path FROM orders", "Path column": "path" });
  const bases = page.getByLabel("Base directories", { exact: true });
  await bases.fill("srv/uploads");
  await bases.press("Enter");
  await button("Save changes").click();
  await expect(page.getByText("Must be an absolute path.")).toBeVisible();
  await look("several-job-referenced");
  await page.getByRole("switch", { name: "Referenced files" }).click();
  await create(page, "Save changes", "jobs");
});

test("its run is one run of two executions", async () => {
  await visit(page, `/jobs/${made.job}`);
  await button("Run now").click();
  made.first = await ended(page, "Completed");
  const run = card("This run");
  await expect(run.getByText("Completed")).toHaveCount(2);
  for (const index of [0, 1]) await expect(run.getByRole("link", { name: nameOf(index) })).toBeVisible();
  await look("several-execution");
  await visit(page, `/jobs/${made.job}`);
  const runs = page.getByRole("table", { name: "Executions" });
  await expect(runs.getByRole("row")).toHaveCount(2);
  await expect(runs.getByText("2 databases")).toBeVisible();
  await look("several-job");
  await visit(page, `/executions?job_id=${made.job}`);
  await expect(page.getByRole("table").getByText(nameOf(1))).toBeVisible();
  await look("several-executions");
});

test("a copy that failed is completed, and the page follows", async () => {
  await rename(folderOf("far"), `${folderOf("far")}-away`);
  await writeFile(folderOf("far"), "no folder");
  await visit(page, `/jobs/${made.job}`);
  await button("Run now").click();
  await ended(page, "Completed");
  const files = card("Files");
  await expect(files.getByText("Failed", { exact: true })).toBeVisible();
  await look("several-copy-failed");
  await rm(folderOf("far"));
  await rename(`${folderOf("far")}-away`, folderOf("far"));
  await button("Complete the copies").click();
  await expect(files.getByText("Stored", { exact: true })).toHaveCount(2);
  await expect(button("Complete the copies")).toHaveCount(0);
  await expect(page.getByRole("log").getByText("holds a whole copy now")).toBeVisible();
});

test("a restore goes into a database of one's choice, a verification is called so", async () => {
  await visit(page, `/backups/restore/${made.first}`);
  await page.getByRole("radio", { name: /^Restore into a database/ }).click();
  const target = page.getByLabel("Target database", { exact: true });
  const taken = await target.inputValue();
  expect([nameOf(0), nameOf(1)]).toContain(taken);
  await expect(page.getByText("You are restoring over the source")).toBeVisible();
  await target.fill(nameOf(2));
  await expect(page.getByText("You are restoring over the source")).toHaveCount(0);
  await page.getByRole("combobox", { name: "Read from" }).click();
  await page.getByRole("option", { name: "Vault" }).click();
  await look("several-restore");
  await page.getByLabel("to confirm").fill("restore");
  await button("Start restore").click();
  await ended(page, "Completed");
  expect(await query(urlOf(2), "SELECT count(*) FROM orders")).toEqual([["1000"]]);
  const verify = { verification_mode: true, confirmation_phrase: "VERIFY RESTORE" };
  const answer = await api.post<{ execution_id: string }>(`/backups/${made.first}/restore`, verify);
  expect(answer.status, answer.text).toBe(202);
  await visit(page, `/executions/${answer.body.execution_id}`);
  await ended(page, "Completed");
  await visit(page, "/executions?operation=restore");
  await expect(page.getByRole("table").getByText("Verification").first()).toBeVisible();
});

test("a downloaded backup comes back as a file", async () => {
  await visit(page, `/executions/${made.first}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download", exact: true }).click(),
  ]);
  kept = join(dataDir(), "several-downloads", "wrong.txt");
  await mkdir(dirname(kept), { recursive: true });
  const file = join(dirname(kept), download.suggestedFilename());
  await download.saveAs(file);
  await writeFile(kept, "not a dump");
  await query(urlOf(2), "TRUNCATE orders, customers CASCADE");

  await visit(page, "/backups");
  await page.getByRole("link", { name: "Restore a file" }).click();
  await page.waitForURL(/\/backups\/import$/);
  await pick(page, "Restore into", "Spare server");
  await page.getByLabel("Backup file").setInputFiles(kept);
  await pick(page, "Keep the file on", "Shelf");
  await page.getByLabel("to confirm").fill("restore");
  await button("Upload and restore").click();
  await expect(page.getByText("A file to restore into postgres is called NAME.dump").first()).toBeVisible();
  complaints.take();
  await look("import-refused");
  const fake = join(dirname(kept), "fake.dump");
  await writeFile(fake, "");
  await truncate(fake, 32 * 1024 * 1024);
  await page.getByLabel("Backup file").setInputFiles(fake);
  await button("Upload and restore").click();
  await expect(page.getByText("it does not begin as a .dump file does").first()).toBeVisible();
  complaints.take();
  await page.getByLabel("Backup file").setInputFiles(file);
  await expect(page.getByText(download.suggestedFilename()).first()).toBeVisible();
  await look("import");
  await button("Upload and restore").click();
  const id = await ended(page, "Completed");
  expect(await query(urlOf(2), "SELECT count(*) FROM orders")).toEqual([["1000"]]);
  await visit(page, `/executions/${id}`);
  await look("import-restored");
});

test("an upload can be cancelled, and leaves nothing", async () => {
  const big = join(dirname(kept), "big.dump");
  await writeFile(big, "PGDMP");
  await truncate(big, 512 * 1024 * 1024);
  await visit(page, "/backups/import");
  await pick(page, "Restore into", "Spare server");
  await pick(page, "Keep the file on", "Shelf");
  await page.getByLabel("Backup file").setInputFiles(big);
  await page.getByLabel("to confirm").fill("restore");
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 4 * 1024 * 1024 };
  await network.send("Network.emulateNetworkConditions", slow);
  await button("Upload and restore").click();
  await expect(page.getByRole("progressbar", { name: "Uploading" })).toHaveAttribute(
    "aria-valuenow",
    /^[1-9]/,
  );
  await look("import-sending");
  await button("Cancel upload").click();
  await expect(page.getByText("The upload was cancelled")).toBeVisible();
  await expect(button("Upload and restore")).toBeEnabled();
  await expect(page.getByText("big.dump").first()).toBeVisible();
  await network.detach();
  complaints.take();
  await expect
    .poll(async () =>
      query(
        await productDatabase(),
        `SELECT status FROM backup_executions WHERE metadata ->> 'imported_file' = 'big.dump'`,
      ),
    )
    .toEqual([["cancelled"]]);
  expect(await filesEnding("near", "big.dump")).toEqual([]);
});

test("backups that nobody knows any more are found on their storage", async () => {
  const forget = `DELETE FROM backup_executions WHERE job_id = '${made.job}' AND operation = 'backup'`;
  await query(await productDatabase(), forget);
  const [damaged = ""] = await filesEnding("near", ".dump.zst");
  await truncate(damaged, 10);
  await visit(page, `/storage/${made.near}`);
  const scan = card("Find backups");
  await scan.getByRole("button", { name: "Find backups" }).click();
  await expect(scan.getByText("Done")).toBeVisible();
  await expect(scan.getByText(/\d listed again/)).toBeVisible();
  await expect(scan.getByText("1 damaged backup", { exact: true })).toBeVisible();
  await expect(scan.getByText(/bytes instead of/)).toBeVisible();
  await look("storage-scan");
  const left = await query(
    await productDatabase(),
    `SELECT count(*) FROM backup_executions WHERE job_id = '${made.job}' AND operation = 'backup'`,
  );
  expect(Number(left[0]?.[0])).toBeGreaterThan(0);
});
