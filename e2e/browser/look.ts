import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, type TestInfo } from "@playwright/test";
import type { Complaints } from "#e2e/browser/complaints";
import { productDatabase } from "#e2e/browser/product-database";
import { query } from "#e2e/servers/query";
import { until } from "#e2e/servers/until";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const LOOKS = [
  { look: "light", size: DESKTOP, colorScheme: "light" },
  { look: "dark", size: DESKTOP, colorScheme: "dark" },
  { look: "390", size: PHONE, colorScheme: "light" },
] as const;

/** Leads to an address, and waits until the page is there and listens. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await atRest(page);
}

/** Nothing is awaited any more: no skeleton, every control wired up, fonts loaded, no animation under way. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const controls = [...document.querySelectorAll("button, input, textarea")];
    const wired = (node: Element) =>
      node.matches("[aria-hidden=true], [type=hidden]") ||
      Object.keys(node).some((key) => key.startsWith("__reactProps"));
    const moving = document.getAnimations().some((animation) => {
      const { iterations } = animation.effect?.getTiming() ?? {};
      return animation.playState === "running" && iterations !== Number.POSITIVE_INFINITY;
    });
    return (
      document.readyState === "complete" &&
      document.fonts.status === "loaded" &&
      document.querySelector("[class*='animate-breathe']") === null &&
      controls.every(wired) &&
      !moving
    );
  });
}

/** A page in light, dark and on a phone: pictures of it, and that nothing about it is wrong. */
export async function inspect(
  page: Page,
  name: string,
  complaints: Complaints,
  info: TestInfo,
): Promise<void> {
  for (const { look, size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await atRest(page);
    const path = info.project.outputDir;
    await page.screenshot({ path: `${path}/pages/${name}-${look}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
      .setLegacyMode()
      .analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
    expect.soft(found, `accessibility of ${name}, ${look}`).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(wide, `${name}, ${look} is too wide by`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  expect.soft(complaints.take(), `console of ${name}`).toEqual([]);
}

/** The statuses an execution's page shows at its end. */
const ENDS = ["Completed", "Failed", "Cancelled"] as const;

/** Waits on an execution's page, without loading it again, until it shows its end; answers its id. */
export async function ended(page: Page, expected: (typeof ENDS)[number]): Promise<string> {
  await page.waitForURL(/\/executions\/[0-9a-f-]{36}$/);
  const header = page.locator("main header").first();
  const shown = await until(
    `the execution ends ${expected}`,
    async () => {
      const text = await header.textContent();
      return ENDS.find((end) => text?.includes(end));
    },
    60_000,
  ).catch(async (error: Error) => {
    const record = `SELECT status, progress FROM backup_executions WHERE id = '${page.url().slice(-36)}'`;
    const [row] = await query(await productDatabase(), record);
    throw new Error(`${error.message}; its record says ${JSON.stringify(row)}`);
  });
  expect(shown, (await page.locator("main").textContent()) ?? "").toBe(expected);
  return page.url().slice(-36);
}
