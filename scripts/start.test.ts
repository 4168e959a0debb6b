import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "dg-start-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Nobody listens there; whoever waits for that database is not refused. */
const DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none";

function start(role: string, given: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const { PATH = "" } = process.env;
  const env = { PATH, NODE_ENV: "production" as const, DATA_DIR: dataDir, PORT: "1", ...given };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, "start.ts"), role], { env }, (error, stdout) =>
      resolve({ code: error?.code ?? 0, said: stdout }),
    );
  });
}

test.each(["web", "worker"])("a %s alone makes neither a database nor a key of its own", async (role) => {
  const withoutDatabase = await start(role, {});
  expect(withoutDatabase).toMatchObject({ code: 1, said: expect.stringContaining("Set DATABASE_URL") });
  const withoutKey = await start(role, { DATABASE_URL });
  expect(withoutKey).toMatchObject({ code: 1, said: expect.stringContaining("Set SECRET_KEY") });
  expect(readdirSync(dataDir)).toEqual([]);
});
