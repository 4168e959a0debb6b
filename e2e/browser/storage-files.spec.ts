import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { createUser } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, runJob } from "#e2e/api/make";
import type { Complaints } from "#e2e/browser/complaints";
import { fill, signIn } from "#e2e/browser/forms";
import { atRest, inspect, visit } from "#e2e/browser/look";
import { OWNER, openAsOwner, ownerApi } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";
import { query } from "#e2e/servers/query";
import { readZip } from "#e2e/servers/read-zip";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";

const NAME = "Attic";

let database: TestDatabase;
let page: Page;
let complaints: Complaints;
let root = "";
let id = "";
let backup = { id: "", folder: "" };

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  const owner = await ownerApi(baseURL);
  root = join(process.env.E2E_DATA_DIR ?? "", "backups/attic");
  const storage = await owner.post<{ id: string }>("/storage-locations", {
    name: NAME,
    type: "local",
    config: { path: root },
  });
  expect(storage.status, storage.text).toBe(201);
  id = storage.body.id;
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(database.url, "CREATE TABLE numbers AS SELECT generate_series(1, 20000) AS n");
  const datasource = await makeDatasource(owner, database.url);
  const job = await makeJob(owner, datasource, id, { name: "Numbers, every night" });
  const done = await completed(owner, await runJob(owner, job));
  backup = { id: done.id, folder: done.copies[0]?.backup_path ?? "" };
  for (const path of ["notes/read me first.txt", "notes/old/2019.txt", "invoice.pdf"]) await put(path);
  ({ page, complaints } = await openAsOwner(browser));
});

test.afterAll(async () => {
  await page?.close();
  await database?.drop();
});

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), `content of ${path}`);
}

const look = (name: string) => inspect(page, name, complaints, test.info());
const row = (name: string) => page.getByRole("row").filter({ hasText: name });

async function choose(name: string, action: string): Promise<void> {
  await row(name).getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

test("the location's page says who takes up its space, and leads to its files", async () => {
  await visit(page, `/storage/${id}`);
  await expect(page.getByText("Stored per day, last 30 days (UTC)").first()).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Share of Numbers, every night" })).toBeVisible();
  await look("storage-space");
  await page.getByRole("link", { name: "Browse files" }).click();
  await page.waitForURL(/\/files$/);
  await atRest(page);
  await expect(row("invoice.pdf")).toContainText("Other");
  await look("files-root");
});

test("folders open down to a backup by keyboard, and the trail leads up again", async () => {
  const names = backup.folder.split("/");
  for (const name of names) {
    await page.getByRole("link", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator("[aria-current=location]")).toHaveText(name);
    await atRest(page);
  }
  for (const kind of ["Artifact", "Manifest", "Log"]) await expect(row(kind)).toHaveCount(1);
  await look("files-backup");
  await page
    .getByRole("link", { name: backup.id.slice(0, 8) })
    .first()
    .click();
  await page.waitForURL(new RegExp(`/executions/${backup.id}$`));
  await page.goBack();
  await atRest(page);
  const trail = page.getByRole("navigation", { name: "Folder" });
  await trail.getByRole("link", { name: names[0] ?? "", exact: true }).click();
  await expect(page.locator("[aria-current=location]")).toHaveText(names[0] ?? "");
});

test("a file is downloaded as it is, a folder as a ZIP archive", async () => {
  await visit(page, `/storage/${id}/files?path=notes`);
  const [file] = await Promise.all([page.waitForEvent("download"), choose("read me first.txt", "Download")]);
  expect(file.suggestedFilename()).toBe("read me first.txt");
  expect(await readFile(await file.path(), "utf8")).toBe("content of notes/read me first.txt");
  const [archive] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as ZIP" }).click(),
  ]);
  expect(archive.suggestedFilename()).toBe("notes.zip");
  const files = readZip(await readFile(await archive.path()));
  expect([...files.keys()].sort()).toEqual(["notes/old/2019.txt", "notes/read me first.txt"]);
});

test("a file is copied, and never over another", async () => {
  await visit(page, `/storage/${id}/files`);
  await choose("invoice.pdf", "Copy…");
  const dialog = page.getByRole("dialog");
  const path = dialog.getByLabel("Path of the copy");
  await expect(path).toHaveValue("invoice-copy.pdf");
  await path.fill("notes/read me first.txt");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.getByText("There is already a file with this name.")).toBeVisible();
  await look("files-copy");
  await path.fill("archive/2026/invoice.pdf");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("Copied to archive/2026/invoice.pdf")).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("link", { name: "archive", exact: true })).toBeVisible();
  expect(await readFile(join(root, "archive/2026/invoice.pdf"), "utf8")).toBe("content of invoice.pdf");
});

test("what a backup needs is not deleted, and the refusal leads to its execution; a stray goes", async () => {
  await visit(page, `/storage/${id}/files?path=${encodeURIComponent(backup.folder)}`);
  await choose("manifest.json", "Delete");
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog.getByText("A backup needs this")).toBeVisible();
  await expect(dialog.getByRole("link", { name: `Execution ${backup.id.slice(0, 8)}` })).toBeVisible();
  await look("files-delete-refused");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await readdir(join(root, backup.folder))).toContain("manifest.json");

  await visit(page, `/storage/${id}/files`);
  await choose("invoice.pdf", "Delete");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("invoice.pdf was deleted")).toBeVisible();
  await expect(row("invoice.pdf")).toHaveCount(0);
  expect(await readdir(root)).not.toContain("invoice.pdf");
});

test("a long folder has pages that the browser's own buttons know", async () => {
  for (let n = 100; n < 250; n += 1) await put(`long/file-${n}.txt`);
  await visit(page, `/storage/${id}/files?path=long`);
  const next = page.getByRole("link", { name: "Next page" });
  const shows = (name: string) => expect(page.getByText(name, { exact: true }).first()).toBeVisible();
  await shows("file-100.txt");
  await next.click();
  await shows("file-150.txt");
  await next.click();
  await shows("file-200.txt");
  await expect(next).toHaveCount(0);
  await page.goBack();
  await shows("file-150.txt");
  await page.goForward();
  await shows("file-200.txt");
  await page.getByRole("link", { name: "Previous page" }).click();
  await shows("file-150.txt");
  await page.getByRole("link", { name: "Previous page" }).click();
  await shows("file-100.txt");
  await look("files-pages");
});

test("an empty folder, a missing one and an unplugged disk look like what they are", async () => {
  await mkdir(join(root, "empty"));
  await visit(page, `/storage/${id}/files?path=empty`);
  await expect(page.getByText("This folder is empty")).toBeVisible();
  await look("files-empty");
  for (const path of ["gone", "../..", "notes/../../x"]) {
    await visit(page, `/storage/${id}/files?path=${encodeURIComponent(path)}`);
    await expect(page.getByText("There is no such folder")).toBeVisible();
  }
  await look("files-missing");
  await rename(root, `${root}-unplugged`);
  try {
    await visit(page, `/storage/${id}/files`);
    await expect(page.getByText("The storage cannot be reached")).toBeVisible();
    await look("files-unreachable");
  } finally {
    await rename(`${root}-unplugged`, root);
  }
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "notes", exact: true })).toBeVisible();
});

test("somebody who keeps the storage needs an administrator's password to delete", async ({ browser }) => {
  const url = await productDatabase();
  await query(
    url,
    `INSERT INTO roles (key, name, updated_at) VALUES ('attic-keeper', 'Attic keeper', now());
     INSERT INTO role_permissions (role_id, permission_key)
       SELECT id, unnest(ARRAY['storage.read', 'storage.write']) FROM roles WHERE key = 'attic-keeper'`,
  );
  const keeper = await createUser(url, "attic-keeper");
  const other = await browser.newPage();
  await visit(other, `/storage/${id}/files`);
  await signIn(other, keeper.username, keeper.password);
  await other.waitForURL(/\/files$/);
  await atRest(other);
  await expect(other.getByRole("link", { name: "Download as ZIP" })).toHaveCount(0);
  await other
    .getByRole("row")
    .filter({ hasText: "archive" })
    .getByRole("button", { name: "Actions" })
    .click();
  await other.getByRole("menuitem", { name: "Delete" }).click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
  await fill(other, { "Administrator's password": OWNER.password });
  await other.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  await expect(other.getByText("archive was deleted")).toBeVisible();
  expect(await readdir(root)).not.toContain("archive");
  await other.close();
});
