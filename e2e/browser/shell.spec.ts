import { expect, type Page, test } from "@playwright/test";
import { createUser } from "#e2e/api/installation";
import { type Complaints, collectComplaints } from "#e2e/browser/complaints";
import { fill, signIn } from "#e2e/browser/forms";
import { atRest, inspect, visit } from "#e2e/browser/look";
import { OWNER, openAsOwner, ownerApi } from "#e2e/browser/owner";
import { productDatabase } from "#e2e/browser/product-database";

let page: Page;
let complaints: Complaints;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  await ownerApi(baseURL);
  ({ page, complaints } = await openAsOwner(browser));
});

test.afterAll(() => page?.close());

test.afterEach(() => {
  expect(complaints.take(), "complaints of the browser").toEqual([]);
});

const look = (name: string) => inspect(page, name, complaints, test.info());
const button = (name: string) => page.getByRole("button", { name, exact: true });

test("the keyboard is enough", async () => {
  await visit(page, "/jobs");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await look("palette");
  await page.keyboard.type("stor");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/storage$/);
  await expect(palette).toBeHidden();
});

test("an address that leads nowhere says so", async () => {
  for (const path of ["/nowhere", "/jobs/00000000-0000-4000-8000-000000000000"]) {
    await visit(page, path);
    await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
    expect(complaints.take().filter((text) => !text.includes("status of 404"))).toEqual([]);
    await look(path === "/nowhere" ? "not-found" : "not-found-within");
  }
});

test("a person who may only read is told what is missing", async ({ browser }) => {
  const reader = await createUser(await productDatabase(), "readonly");
  const other = await browser.newPage();
  const heard = await collectComplaints(other);
  await visit(other, "/datasources/new");
  await signIn(other, reader.username, reader.password);
  await expect(other.getByRole("heading", { name: "You may not see this" })).toBeVisible();
  await expect(other.getByText("datasources.write")).toBeVisible();
  heard.take();
  await inspect(other, "forbidden", heard, test.info());
  await visit(other, "/datasources");
  await expect(other.getByRole("heading", { level: 1, name: "Datasources" })).toBeVisible();
  await expect(other.getByRole("link", { name: "New datasource" })).toHaveCount(0);
  await other.close();
});

test("a person leaves, comes back, and reads Portuguese in the dark", async () => {
  await visit(page, "/executions");
  await button(`Account of ${OWNER.name}`).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL(/\/login/);
  await visit(page, "/jobs");
  await expect(page).toHaveURL(/\/login\?next=%2Fjobs$/);
  await look("login");
  await signIn(page, OWNER.username, "not the password");
  await expect(page.getByText("User name or password is not right.")).toBeVisible();
  await signIn(page, OWNER.username, OWNER.password);
  await expect(page).toHaveURL(/\/jobs$/);
  await atRest(page);

  await button("Language").click();
  await page.getByRole("menuitemradio", { name: "Português (Brasil)" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rotinas" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "pt-BR");
  await button("Tema").click();
  await page.getByRole("menuitemradio", { name: "Escuro" }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await visit(page, "/");
  await expect(page.getByRole("heading", { level: 1, name: "Visão geral" })).toBeVisible();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await look("overview-portuguese");

  await visit(page, "/datasources/new");
  await fill(page, {
    Host: "not a host",
    Porta: "1",
    "Banco de dados": "shop",
    Usuário: "ada",
    Senha: "secret",
  });
  await button("Testar conexão").click();
  await expect(page.getByText("Informe um nome de host ou um endereço IP, nada mais.")).toBeVisible();
  await fill(page, { Host: "127.0.0.1" });
  await button("Testar conexão").click();
  await expect(page.getByText("A conexão foi recusada: nada responde")).toBeVisible();
});
