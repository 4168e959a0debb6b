import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Service } from "#scripts/service";

let directory: string;
let log: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dg-service-"));
  log = join(directory, "log");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function service(program: string, options: { graceMs?: number; attempts?: number } = {}) {
  const said: string[] = [];
  const running = new Service({
    name: "helper",
    command: [
      process.execPath,
      "-e",
      `const fs = require("node:fs"); const log = ${JSON.stringify(log)}; ${program}`,
    ],
    environment: { PATH: process.env.PATH },
    graceMs: 10_000,
    say: (line) => said.push(line),
    ...options,
  });
  return { running, said };
}

function lines(): string[] {
  try {
    return readFileSync(log, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed orphan may wait a moment for the system to collect it; that one runs no more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("a child that dies is started again, and that is said", async () => {
  const { running, said } = service('fs.appendFileSync(log, "run\\n"); process.exit(3);');
  await vi.waitFor(() => expect(lines().length).toBeGreaterThan(1), { timeout: 30_000 });
  await running.stop();
  expect(said[0]).toMatch(/helper ended \(code 3\); starting it again/);
});

test("one that keeps dying is given up", async () => {
  const { running } = service("process.exit(1);", { attempts: 2 });
  await expect(running.finished).rejects.toThrow(/helper keeps ending \(code 1\)/);
});

test("a stopped child gets its grace and is not started again", async () => {
  const { running, said } = service(
    'process.on("SIGTERM", () => setTimeout(() => { fs.appendFileSync(log, "bye\\n"); process.exit(0); }, 50)); fs.appendFileSync(log, "up\\n"); setInterval(() => {}, 1000);',
  );
  await vi.waitFor(() => expect(lines()).toEqual(["up"]), { timeout: 30_000 });
  await running.stop();
  expect(lines()).toEqual(["up", "bye"]);
  expect(said).toEqual([]);
});

test("one that will not end is killed with all that it started", async () => {
  const { running } = service(
    `process.on("SIGTERM", () => {});
     const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
     fs.appendFileSync(log, process.pid + "\\n" + child.pid + "\\n"); setInterval(() => {}, 1000);`,
    { graceMs: 200 },
  );
  await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 30_000 });
  const pids = lines().map(Number);
  expect(pids.every(isAlive)).toBe(true);
  await running.stop();
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 30_000 });
});
