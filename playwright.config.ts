import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

/** Debian's Chromium where it is installed; else the one that Playwright brought. */
const SYSTEM_CHROMIUM = "/usr/bin/chromium";

const baseURL = process.env.E2E_BASE_URL;

export default defineConfig({
  testMatch: "**/*.spec.ts",
  globalSetup: "./e2e/global-setup.ts",
  // The flows share one installation, as people do; the API's tests have another beside it.
  workers: 2,
  projects: ["api", "browser"].map((name) => ({ name, testDir: `e2e/${name}`, workers: 1 })),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI === "true",
  reporter: "line",
  use: {
    ...devices["Desktop Chrome"],
    ...(baseURL === undefined ? {} : { baseURL }),
    locale: "en-US",
    trace: "retain-on-failure",
    launchOptions: {
      ...(existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
