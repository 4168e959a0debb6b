import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EnvError, parseEnv, secretKey, toolEnvironment } from "#lib/env";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "dg-env-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("an empty environment has the defaults of the contract", () => {
  const env = parseEnv({ DATA_DIR: dir, METRICS_TOKEN: "" });
  expect(env).toMatchObject({
    PORT: 3000,
    MAX_CONCURRENT_BACKUPS: 3,
    SCHEDULER_INTERVAL_MS: 60_000,
    HEALTH_CHECK_INTERVAL_MS: 300_000,
    CLEANUP_CRON: "0 4 * * *",
    LOG_LEVEL: "info",
    localRoots: [join(dir, "backups")],
  });
  expect(env.DATABASE_URL).toBeUndefined();
  expect(env.METRICS_TOKEN).toBeUndefined();
  expect(parseEnv({}).DATA_DIR).toBe(join(process.cwd(), "data"));
});

test("each wrong variable gets one line that names it and does not show its value", () => {
  const wrong = {
    PORT: "70000",
    DATABASE_URL: "mysql://root:hunter2@db/x",
    SECRET_KEY: "hunter2",
    TZ: "Mars/Olympus",
    LOG_LEVEL: "loud",
    AUTH_COOKIE_SECURE: "maybe",
    CLEANUP_CRON: "* * *",
    MAX_CONCURRENT_BACKUPS: "0x3",
  };
  let message = "";
  try {
    parseEnv(wrong);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    message = (error as Error).message;
  }
  const lines = message.split("\n");
  expect(lines.map((line) => line.split(" ")[0]).toSorted()).toEqual(Object.keys(wrong).toSorted());
  expect(message).not.toContain("hunter2");
});

test("a key is made once, kept for its owner only, and is the same ever after", () => {
  const settings = { DATA_DIR: join(dir, "deep", "data"), SECRET_KEY: undefined };
  const first = secretKey(settings);
  expect(first).toHaveLength(32);
  expect(secretKey(settings).equals(first)).toBe(true);
  expect(statSync(join(settings.DATA_DIR, "secret.key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(settings.DATA_DIR)).toEqual(["secret.key"]);
});

test("a given key is taken in base64 and in hex", () => {
  const bytes = Buffer.alloc(32, 7);
  for (const form of ["base64", "base64url", "hex"] as const) {
    expect(secretKey(parseEnv({ SECRET_KEY: bytes.toString(form), DATA_DIR: dir })).equals(bytes)).toBe(true);
  }
});

test("foreign tools see PATH and what they are given, nothing of ours", () => {
  const before = process.env.SECRET_KEY;
  process.env.SECRET_KEY = "x".repeat(43);
  try {
    const tool = toolEnvironment({ PGPASSFILE: "/x" });
    expect(tool.PATH).toBe(process.env.PATH);
    expect(tool.PGPASSFILE).toBe("/x");
    expect(tool).not.toHaveProperty("SECRET_KEY");
  } finally {
    if (before === undefined) delete process.env.SECRET_KEY;
    else process.env.SECRET_KEY = before;
  }
});
