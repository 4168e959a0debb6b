import { type Browser, expect, type Page } from "@playwright/test";
import { ApiClient } from "#e2e/api/api-client";
import { type Complaints, collectComplaints } from "#e2e/browser/complaints";
import { signIn } from "#e2e/browser/forms";
import { visit } from "#e2e/browser/look";

export const OWNER = { name: "Ada Owner", username: "ada", password: "correct horse battery staple" };

/** The API in the owner's name, who is there already where another flow ran before. */
export async function ownerApi(baseURL: string | undefined): Promise<ApiClient> {
  const { username, password, name } = OWNER;
  const nobody = new ApiClient(baseURL ?? "");
  const answer = await nobody.post("/auth/setup", { username, password, full_name: name });
  expect([201, 409], answer.text).toContain(answer.status);
  return nobody.login(username, password);
}

/** A page of the owner, who is signed in and sees the overview, and what the browser complains of in it. */
export async function openAsOwner(browser: Browser): Promise<{ page: Page; complaints: Complaints }> {
  const page = await browser.newPage();
  const complaints = await collectComplaints(page);
  await visit(page, "/login");
  await signIn(page, OWNER.username, OWNER.password);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  return { page, complaints };
}
