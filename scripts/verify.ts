/** `npm run verify`: every check there is. Ends with one line, `N passed, N failed, N skipped`, and its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureSystemPackages } from "#scripts/system-packages";
import { addCounts, type Counts, countPlaywright, countVitest } from "#scripts/verify-counts";

const ROOT = join(import.meta.dirname, "..");

interface Step {
  readonly name: string;
  readonly command: string[];
  readonly environment?: Record<string, string>;
  /** Reads the step's own count; absent, the step is one check. */
  count?(): Promise<Counts | null>;
}

const children = new Set<ChildProcess>();

async function main(): Promise<number> {
  const reports = await mkdtemp(join(tmpdir(), "dataguardian-verify-"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill("SIGTERM");
      process.exitCode = 1;
    });
  }
  const began = Date.now();
  try {
    let total = await systemPackages();
    total = addCounts(total, await inOrder([check("client", ["node", "scripts/build.ts", "generate"])]));
    const [checks, build] = await Promise.all([
      inOrder([
        check("format, lint", ["biome", "ci", "--error-on-warnings", "."]),
        check("walls", ["npm", "run", "--silent", "walls"]),
        check("dead code", ["knip"]),
      ]),
      inOrder([check("build", ["node", "scripts/build.ts"])]),
    ]);
    total = addCounts(total, checks, build);
    total = addCounts(total, await inOrder([check("types", ["tsc", "--noEmit"]), ...suites(reports)]));
    say(`${"".padEnd(5)}all ${seconds(began)}`);
    say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}

function check(name: string, command: string[]): Step {
  return { name, command };
}

function suites(reports: string): Step[] {
  const vitest = join(reports, "vitest.json");
  const playwright = join(reports, "playwright.json");
  return [
    {
      name: "unit, contract, integration",
      command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitest}`],
      count: async () => countVitest(await report(vitest)),
    },
    {
      name: "browser",
      command: ["playwright", "test", "--reporter=line,json"],
      environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: playwright },
      count: async () => countPlaywright(await report(playwright)),
    },
  ];
}

async function systemPackages(): Promise<Counts> {
  const missing = await ensureSystemPackages(say);
  if (missing.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const strict = process.env.CI === "true";
  say(`${strict ? "FAIL" : "note"} missing on this machine, install: ${missing.join(" ")}`);
  return { passed: 0, failed: strict ? 1 : 0, skipped: 0 };
}

async function inOrder(steps: Step[]): Promise<Counts> {
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const step of steps) total = addCounts(total, await perform(step));
  return total;
}

async function perform(step: Step): Promise<Counts> {
  const began = Date.now();
  const { code, words } = await run(step);
  const counted = (await step.count?.()) ?? null;
  const result = counted ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  // A suite may break outside any of its tests: a green report does not outvote the exit code.
  if (code !== 0 && result.failed === 0) result.failed = 1;
  if (result.failed > 0) process.stdout.write(`\n${words.trimEnd()}\n\n`);
  const detail = counted
    ? `  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`
    : "";
  say(
    `${result.failed > 0 ? "FAIL" : "ok".padEnd(4)} ${step.name.padEnd(28)} ${seconds(began).padStart(7)}${detail}`,
  );
  return result;
}

function run(step: Step): Promise<{ code: number | null; words: string }> {
  const [file = "", ...args] = step.command;
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...cleanEnvironment(), ...step.environment },
  });
  children.add(child);
  const words: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => words.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
  return new Promise((resolve) => {
    const end = (code: number | null, extra = "") => {
      children.delete(child);
      resolve({ code, words: Buffer.concat(words).toString() + extra });
    };
    child.once("error", (error) => end(1, error.message));
    child.once("close", (code) => end(code));
  });
}

const OURS = [
  "DATABASE_URL",
  "SECRET_KEY",
  "DATA_DIR",
  "HOST",
  "PORT",
  "LOG_LEVEL",
  "METRICS_TOKEN",
  "NODE_ENV",
];
const OURS_TOO = [
  "TEMP_DIRECTORY",
  "LOCAL_STORAGE_ROOT_PATH",
  "AUTH_COOKIE_SECURE",
  "MAX_CONCURRENT_BACKUPS",
];

/** A person's own settings must not decide what the tests see, nor the tests touch that installation. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", NEXT_TELEMETRY_DISABLED: "1" };
  for (const name of [...OURS, ...OURS_TOO]) delete (environment as Record<string, unknown>)[name];
  return environment;
}

async function report(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8").catch(() => "null"));
}

function seconds(began: number): string {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
