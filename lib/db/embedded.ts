import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  CLUSTER_USER,
  initialise,
  keptSecret,
  ownPrograms,
  type Places,
  type Programs,
} from "#lib/db/embedded-cluster";
import { claimDirectory } from "#lib/db/embedded-owner";
import { type ServerUser, serverUser } from "#lib/db/server-user";

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
  /** The server's process. */
  readonly pid: number;
  /** Settles when the server has ended, wanted or not. */
  readonly exited: Promise<void>;
  /** Ends sessions, writes everything down and waits until the server is gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that lives under `dataDir/postgres`, creating it the first time. It listens on
 * 127.0.0.1 only, on a port chosen once and kept while free, with a random password.
 * @throws Error when another living process runs on this directory, or the server does not come up
 */
export async function startEmbedded(options: {
  dataDir: string;
  settings?: Record<string, string>;
  /** Another installation than the one that comes with the product. */
  programs?: Programs;
}): Promise<EmbeddedServer> {
  const root = join(options.dataDir, "postgres");
  const places = { root, data: join(root, "data"), log: join(root, "server.log") };
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  await mkdir(root, { recursive: true, mode: 0o711 });
  const claim = await claimDirectory(root, places.data);
  try {
    const user = await serverUser(places.data);
    const password = await keptSecret(join(root, "password"));
    const programs = options.programs ?? (await ownPrograms(user));
    await initialise(places, user, password, programs, options.programs === undefined);
    const server = await bringUp(places, user, password, programs, { ...SETTINGS, ...options.settings });
    return { ...server, exited: server.exited.then(() => claim.release()) };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function bringUp(
  places: Places,
  user: ServerUser,
  password: string,
  programs: Programs,
  settings: Record<string, string>,
): Promise<EmbeddedServer> {
  let port = await keptPort(join(places.root, "port"));
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchServer(places, user, password, programs, { ...settings, port: String(port) });
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
  programs: Programs,
  settings: Record<string, string>,
): Promise<EmbeddedServer> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const launch = await user.launch(
    programs.postgres,
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
  const url = `postgresql://${CLUSTER_USER}:${password}@127.0.0.1:${port}/`;
  try {
    await untilReady(child, exited, `${url}postgres`, () => logSince(places.log, before));
  } catch (error) {
    await stopServer(child, exited);
    throw error;
  }
  return {
    url: `${url}${DATABASE}`,
    port,
    pid: child.pid ?? 0,
    exited,
    stop: () => stopServer(child, exited),
  };
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

async function keptPort(file: string): Promise<number> {
  // Where none was kept, or somebody else has it by now, another will do.
  const stored = Number(await readFile(file, "utf8").catch(() => ""));
  if (stored > 0 && (await freePort(stored).catch(() => 0)) === stored) return stored;
  const port = await freePort();
  await writeFile(file, `${port}\n`);
  return port;
}

/** A TCP port that nobody holds: `wanted` (rejects when taken), or any. */
export function freePort(wanted = 0, host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ host, port: wanted, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function keepLogSmall(file: string): Promise<void> {
  // At the first start there is no log yet.
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (size > 5 * 1024 * 1024) await rename(file, `${file}.old`);
}

async function logSince(file: string, from: number): Promise<string> {
  const text = await readFile(file).catch(() => Buffer.alloc(0));
  return text.subarray(Math.max(from, text.length - 4000)).toString();
}
