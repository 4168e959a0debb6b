import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EmbeddedServer, startEmbedded } from "#lib/db/embedded";
import { keptSecret } from "#lib/db/embedded-cluster";

let dataDir: string;
const running: EmbeddedServer[] = [];
const owners: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "dg-embedded-"));
});
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill("SIGKILL");
  for (const server of running.splice(0)) await server.stop();
  // The server of a killed owner still writes while it ends.
  const pidFile = join(dataDir, "postgres", "data", "postmaster.pid");
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(false), { timeout: 60_000 });
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the server and then lives on, as the start script does. */
async function startElsewhere(): Promise<ChildProcess> {
  const module = pathToFileURL(join(process.cwd(), "lib/db/embedded.ts")).href;
  const program = `const { startEmbedded } = await import(${JSON.stringify(module)});
    await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
    process.stdout.write("up"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  owners.push(child);
  await once(child.stdout, "data");
  return child;
}

test("a second start finds data, password and port as they were", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  expect(await query(first.url, "SHOW listen_addresses")).toEqual(["127.0.0.1"]);
  expect(statSync(join(dataDir, "postgres", "password")).mode & 0o777).toBe(0o600);
  await first.stop();
  await first.stop();

  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT answer FROM kept")).toEqual([42]);
});

test("somebody else on the port moves the server to another one", async () => {
  const first = await start();
  await first.stop();
  await first.exited;
  const squatter: Server = createServer().listen(first.port, "127.0.0.1");
  await once(squatter, "listening");
  try {
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await query(second.url, "SELECT 1")).toEqual([1]);
  } finally {
    squatter.close();
  }
});

test("a second process on the same directory is told who runs there", async () => {
  const owner = await startElsewhere();
  await expect(startEmbedded({ dataDir })).rejects.toThrow(
    new RegExp(`already runs .*process ${owner.pid} on .*DATA_DIR`),
  );
  // As one in a container writes it: a number that means nothing here.
  writeFileSync(join(dataDir, "postgres", "owner"), "process 2147483647 on elsewhere\n");
  await expect(startEmbedded({ dataDir })).rejects.toThrow(/already runs .*on elsewhere/);
});

test("after a crash of its owner, and with a pid file that names a stranger, it starts with its data", async () => {
  const owner = await startElsewhere();
  owner.kill("SIGKILL");
  await once(owner, "exit");

  const second = await start();
  await query(second.url, "CREATE TABLE kept AS SELECT 7 AS answer");
  await second.stop();
  await second.exited;
  const pidFile = join(dataDir, "postgres", "data", "postmaster.pid");
  writeFileSync(pidFile, `${process.pid}\n${dataDir}\n`);

  const third = await start();
  expect(await query(third.url, "SELECT answer FROM kept")).toEqual([7]);
  expect(Number(readFileSync(pidFile, "utf8").split("\n")[0])).not.toBe(process.pid);
});

test("a secret is made once, and one that cannot be read is not replaced", async () => {
  const file = join(dataDir, "secret");
  const made = await keptSecret(file);
  expect(await keptSecret(file)).toBe(made);
  const broken = join(dataDir, "broken");
  symlinkSync(broken, broken);
  await expect(keptSecret(broken)).rejects.toMatchObject({ code: "ELOOP" });
  expect(lstatSync(broken).isSymbolicLink()).toBe(true);
});
