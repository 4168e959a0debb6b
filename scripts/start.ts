/** `npm start [all|web|worker|dev]`: database where none is given, migrations, web and worker, in the foreground. */
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedServer, freePort, startEmbedded } from "#lib/db/embedded";
import { migrate } from "#lib/db/migrate";
import { type Env, env, hasSecretKey } from "#lib/env";
import { Service } from "#scripts/service";
import { compileWorker, workerCommand, workerEnvironment } from "#scripts/worker-command";

const ROLES = ["all", "web", "worker", "dev"] as const;
/** What to run: everything, one half (on several machines), or everything with reload. */
export type Role = (typeof ROLES)[number];

const ROOT = join(import.meta.dirname, "..");
/** Beyond its own grace a worker ends its tools and says goodbye to the database. */
const WORKER_FAREWELL_MS = 10_000;
const WEB_GRACE_MS = 10_000;

/** Runs until a signal or until something cannot be kept alive. Answers the exit code. */
export async function start(role: Role): Promise<number> {
  const settings = env();
  if (role === "web" || role === "worker") refuseLoneHalf(settings);
  // Made now, by one process, and checked before anything depends on it.
  void settings.SECRET_KEY;
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked.abort());

  if (role !== "worker") await refuseTakenPort(settings);
  const database = await openDatabase(settings, asked.signal);
  const services: Service[] = [];
  try {
    if (asked.signal.aborted) return 0;
    const applied = await migrateWhenReachable(database.url, asked.signal);
    if (applied.length > 0) say(`Database schema brought up to date (${applied.length} migrations).`);
    if (asked.signal.aborted) return 0;
    if (role === "all" || role === "worker") await compileWorker(settings.DATA_DIR);
    if (asked.signal.aborted) return 0;
    services.push(...startServices(role, settings, database.url));
    void announce(role, settings, asked.signal);
    await Promise.race([
      once(asked.signal, "abort"),
      ...services.map((service) => service.finished),
      database.lost,
    ]);
    say("Stopping …");
    return 0;
  } finally {
    for (const service of services) await service.stop();
    await database.stop();
    if (asked.signal.aborted) say("Stopped.");
  }
}

/** Halves meet in one database under one key. Making either here would leave each half alone with its own. */
function refuseLoneHalf(settings: Env): void {
  if (!settings.DATABASE_URL) {
    throw new Error("Set DATABASE_URL: a web application and a worker that run apart need the same one.");
  }
  if (!hasSecretKey()) {
    throw new Error(
      "Set SECRET_KEY: a web application and a worker that run apart need the same one (openssl rand -base64 32).",
    );
  }
}

/** Said at once: otherwise the other program would answer /health and pass for ours. */
async function refuseTakenPort({ HOST, PORT }: Env): Promise<void> {
  await freePort(PORT, HOST).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw new Error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
    throw new Error(`Port ${PORT} is in use. Stop the program that holds it, or set PORT to another one.`);
  });
}

interface OpenDatabase {
  readonly url: string;
  readonly lost: Promise<never>;
  stop(): Promise<void>;
}

const never = new Promise<never>(() => undefined);

async function openDatabase(settings: Env, asked: AbortSignal): Promise<OpenDatabase> {
  if (settings.DATABASE_URL) return { url: settings.DATABASE_URL, lost: never, stop: async () => undefined };
  say(`Starting the embedded PostgreSQL in ${join(settings.DATA_DIR, "postgres")}`);
  let server = await startEmbedded({ dataDir: settings.DATA_DIR });
  const { url } = server;
  let stopping = false;
  const watch = async (): Promise<never> => {
    for (;;) {
      await server.exited;
      if (stopping || asked.aborted) return never;
      say("The embedded PostgreSQL ended unexpectedly; starting it again.");
      server = await restartSame(settings.DATA_DIR, url);
    }
  };
  return {
    url,
    lost: watch(),
    stop: async () => {
      stopping = true;
      await server.stop();
      await server.exited;
    },
  };
}

async function restartSame(dataDir: string, url: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir });
  if (server.url === url) return server;
  await server.stop();
  throw new Error("The embedded PostgreSQL came back on another port; start DataGuardian again.");
}

/** A database in another container may come up after us. What it says when it is there is final. */
async function migrateWhenReachable(url: string, asked: AbortSignal): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await migrate(url);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      const absent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ECONNRESET", "57P03"].includes(code);
      if (!absent)
        throw new Error(`Cannot prepare the database: ${(error as Error).message}`, { cause: error });
      if (attempt === 0) say("Waiting for the database …");
      await sleep(1000, undefined, { signal: asked }).catch(() => undefined);
      if (asked.aborted) return [];
    }
  }
}

/** In the order in which they are stopped: nobody is answered first, then work gets its grace. */
function startServices(role: Role, settings: Env, url: string): Service[] {
  const environment = {
    ...process.env,
    DATABASE_URL: url,
    DATA_DIR: settings.DATA_DIR,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const node = process.execPath;
  const next = [node, join(ROOT, "node_modules/next/dist/bin/next")];
  const address = ["--hostname", settings.HOST, "--port", String(settings.PORT)];
  const dev = role === "dev";
  const services: Service[] = [];
  if (role !== "worker") {
    services.push(
      new Service({
        name: "web server",
        command: [...next, dev ? "dev" : "start", ROOT, ...address],
        environment: { ...environment, NODE_ENV: dev ? "development" : "production" },
        graceMs: WEB_GRACE_MS,
        attempts: 5,
        say,
      }),
    );
  }
  if (role !== "web") {
    services.push(
      new Service({
        name: "worker",
        command: workerCommand(...(dev ? ["--watch", "--watch-preserve-output"] : [])),
        environment: {
          ...environment,
          ...workerEnvironment(settings.DATA_DIR),
          NODE_ENV: dev ? "development" : "production",
        },
        graceMs: settings.WORKER_GRACE_MS + WORKER_FAREWELL_MS,
        say,
      }),
    );
  }
  return services;
}

async function announce(role: Role, settings: Env, asked: AbortSignal): Promise<void> {
  if (role === "worker") return say("Worker started.");
  const host = ["0.0.0.0", "::"].includes(settings.HOST) ? "127.0.0.1" : settings.HOST;
  const base = `http://${host.includes(":") ? `[${host}]` : host}:${settings.PORT}`;
  while (!asked.aborted) {
    // Null as long as nobody listens.
    const answer = await fetch(`${base}/health`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.ok) {
      say(`Ready: ${base.replace("127.0.0.1", "localhost")}`);
      return say("Press Ctrl-C to stop.");
    }
    await sleep(200, undefined, { signal: asked }).catch(() => undefined);
  }
}

function say(line: string): void {
  process.stdout.write(`DataGuardian  ${line}\n`);
}

function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

if (import.meta.main) {
  const role = process.argv[2] ?? "all";
  if (isRole(role)) {
    try {
      process.exitCode = await start(role);
    } catch (error) {
      say((error as Error).message);
      process.exitCode = 1;
    }
  } else {
    process.stderr.write(`usage: npm start -- [${ROLES.join("|")}]\n`);
    process.exitCode = 64;
  }
}
