import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { MongoClient } from "mongodb";
import type { ApiClient } from "#e2e/api/api-client";
import type { Complaints } from "#e2e/browser/complaints";
import { create, fill, pick } from "#e2e/browser/forms";
import { ended, inspect, visit } from "#e2e/browser/look";
import { openAsOwner, ownerApi } from "#e2e/browser/owner";
import { hasMongodbMember, type MongodbMember, startMongodbMember } from "#e2e/servers/mongodb";

const made = { datasource: "", storage: "", job: "", backup: "" };
let directory: string;
let member: MongodbMember;
let client: MongoClient;
let api: ApiClient;
let page: Page;
let complaints: Complaints;

const look = (name: string) => inspect(page, name, complaints, test.info());
const button = (name: string) => page.getByRole("button", { name, exact: true });

// Without Go there is no such server, which only a person's own machine may lack.
if (hasMongodbMember) {
  test.describe("a whole MongoDB server", () => flow());
}

function flow() {
  test.describe.configure({ mode: "serial" });

  test.beforeAll(async ({ browser, baseURL }) => {
    directory = await mkdtemp(join(tmpdir(), "dg-member-"));
    member = await startMongodbMember(directory);
    client = await MongoClient.connect(member.url, { directConnection: true });
    await client
      .db("shop")
      .collection("orders")
      .insertMany([{ n: 1 }, { n: 2 }]);
    await client.db("blog").collection("posts").insertOne({ words: "as they were" });
    api = await ownerApi(baseURL);
    const config = { path: join(process.env.E2E_DATA_DIR ?? "", "backups", "mongodb-server") };
    const storage = await api.post<{ id: string }>("/storage-locations", {
      name: "Drawer",
      type: "local",
      config,
    });
    expect(storage.status, storage.text).toBe(201);
    made.storage = storage.body.id;
    ({ page, complaints } = await openAsOwner(browser));
  });

  test.afterAll(async () => {
    await page?.close();
    if (made.job) await api.delete(`/backup-jobs/${made.job}`);
    if (made.datasource) await api.delete(`/datasources/${made.datasource}`);
    await client?.close();
    await member?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.afterEach(() => {
    expect(complaints.take(), "complaints of the browser").toEqual([]);
  });

  test("a datasource without a database is a whole server", async () => {
    const { hostname, port, username, password } = new URL(member.url);
    await visit(page, "/datasources/new");
    await page.getByRole("radio", { name: /^MongoDB/ }).click();
    await fill(page, {
      Name: "Documents",
      Host: hostname,
      Port: port,
      "User name": username,
      Password: password,
    });
    const database = page.getByLabel("Database", { exact: true });
    await expect(database).toHaveAttribute("placeholder", "The whole server");
    await expect(page.getByText(/^Empty: every database of the server in one backup/)).toBeVisible();
    await button("Test connection").click();
    await expect(page.getByText("7.0.42").first()).toBeVisible();
    await look("mongodb-server-new");
    made.datasource = await create(page, "Add datasource", "datasources");
    await expect(page.getByText("The whole server", { exact: true })).toBeVisible();
    await look("mongodb-server");
  });

  test("its job takes everything, and offers no lists", async () => {
    await visit(page, `/jobs/new?datasource=${made.datasource}`);
    await fill(page, { Name: "Documents, every night" });
    await pick(page, "Datasource", "Documents");
    const databases = page.getByRole("combobox", { name: "Databases", exact: true });
    await expect(databases).toHaveText("The whole server in one backup");
    await pick(page, "Storage", "Drawer");
    await page.getByText("Advanced", { exact: true }).click();
    await expect(page.getByText("Parallel jobs")).toBeVisible();
    await expect(page.getByLabel("Include tables", { exact: true })).toHaveCount(0);
    await look("mongodb-server-job");
    await databases.click();
    await page.getByRole("option", { name: "All databases of the server" }).click();
    await expect(page.getByLabel("Include tables", { exact: true })).toBeVisible();
    await databases.click();
    await page.getByRole("option", { name: "The whole server in one backup" }).click();
    made.job = await create(page, "Create job", "jobs");
    await button("Run now").click();
    made.backup = await ended(page, "Completed");
    await expect(page.getByText("blog, shop", { exact: true })).toBeVisible();
    await expect(page.getByRole("log").getByText(/^Oplog entries: \d+; restored/)).toBeVisible();
    await look("mongodb-server-execution");
  });

  test("its restore names what it replaces", async () => {
    await client.db("shop").collection("orders").deleteMany({});
    await client.db("blog").collection("posts").deleteMany({});
    await visit(page, `/backups/restore/${made.backup}`);
    await expect(page.getByText("2 temporary databases, named dg_verify_…, are created")).toBeVisible();
    await look("mongodb-server-verify");
    await page.getByRole("radio", { name: /^Restore into a database/ }).click();
    await expect(page.getByText("The databases blog, shop of the backup")).toBeVisible();
    await expect(page.getByText(/users and roles replace all those of the server/)).toBeVisible();
    await look("mongodb-server-restore");
    const target = page.getByLabel("Target database", { exact: true });
    await target.fill("shop");
    await expect(page.getByText(/only the database shop is written/)).toBeVisible();
    await expect(page.getByText(/users and roles replace/)).toHaveCount(0);
    await target.fill("");
    await page.getByLabel("to confirm").fill("restore");
    await button("Start restore").click();
    await ended(page, "Completed");
    expect(await client.db("shop").collection("orders").countDocuments()).toBe(2);
    expect(await client.db("blog").collection("posts").countDocuments()).toBe(1);
    await visit(page, "/query");
    await pick(page, "Datasource", "Documents");
    await button("Show shop.orders").click();
    await expect(page.getByText("The first 2 documents")).toBeVisible();
  });
}
