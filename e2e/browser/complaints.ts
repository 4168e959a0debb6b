import type { Page } from "@playwright/test";

/** What the browser held against the pages since the last look. */
export interface Complaints {
  /** Answers them and forgets them. */
  take(): string[];
}

/** Collects errors of the console, exceptions nobody caught and violations of the content security policy. */
export async function collectComplaints(page: Page): Promise<Complaints> {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") heard.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => heard.push(`uncaught: ${error.message}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      // biome-ignore lint/suspicious/noConsole: the listener above hears it
      console.error(`policy ${violatedDirective} violated by ${blockedURI || "inline code"}`);
    });
  });
  return { take: () => heard.splice(0) };
}
