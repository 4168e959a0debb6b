import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["{app,components,lib,scripts,worker,e2e/servers}/**/*.test.{ts,tsx}"],
    globalSetup: ["e2e/servers/vitest-setup.ts"],
    // Longer than `until` waits, so that a test says what did not happen.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than CI has processors: the longest tests wait for leases and outages.
    maxWorkers: 3,
  },
});
