import type { Page } from "@playwright/test";
import { atRest, visit } from "#e2e/browser/look";
import { connectionOf } from "#e2e/servers/world";

/** Fills fields by their labels. */
export async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

/** Opens the list of a searchable choice, narrows it and takes the first option. */
export async function pick(page: Page, label: string, words: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  const list = page.getByRole("dialog");
  await list.getByRole("combobox").fill(words);
  await list.getByRole("option").first().click();
}

/** Fills the connection of a PostgreSQL datasource. */
export async function fillConnection(page: Page, name: string, url: string): Promise<void> {
  const { host, port, database, username, password } = connectionOf(url);
  await fill(page, {
    Name: name,
    Host: String(host),
    Port: String(port),
    Database: String(database),
    "User name": String(username),
    Password: String(password),
  });
}

/** Adds a datasource and answers its id. */
export async function addDatasource(page: Page, name: string, url: string): Promise<string> {
  await visit(page, "/datasources/new");
  await fillConnection(page, name, url);
  return create(page, "Add datasource", "datasources");
}

/** Presses the button of a form that makes something, and answers the id of what it made. */
export async function create(page: Page, button: string, section: string): Promise<string> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(new RegExp(`/${section}/[0-9a-f-]{36}$`));
  await atRest(page);
  return page.url().slice(-36);
}

export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await fill(page, { "User name": username, Password: password });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
