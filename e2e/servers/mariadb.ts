import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, chmod, chown, mkdir, open, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { makeCertificates } from "#e2e/servers/certificates";
import { freePort } from "#lib/db/embedded";
import { serverUser } from "#lib/db/server-user";

const run = promisify(execFile);
const SERVER = "/usr/sbin/mariadbd";
const STOP_PATIENCE_MS = 20_000;

/** What to do when the server is missing: thrown in CI. */
export const MISSING_MARIADB = "MariaDB is not installed: apt-get install mariadb-server";

/** A test's server has nothing to lose, so it need not wait for the disk. */
const HASTE = [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=OFF",
  "--innodb-fast-shutdown=2",
  "--innodb-buffer-pool-size=128M",
  "--skip-log-bin",
];

export interface MariadbServer {
  /** Of a user that may do everything. */
  readonly url: string;
  /** File of the authority that signed the server's certificate for 127.0.0.1. */
  readonly caFile: string;
  stop(): Promise<void>;
}

/** The machine's own MariaDB under `directory`, with TLS, on a free port; null where none is installed. */
export async function startMariadb(directory: string): Promise<MariadbServer | null> {
  if (!(await exists(SERVER))) return null;
  const data = join(directory, "data");
  await mkdir(data, { recursive: true });
  const caFile = await makeCertificates(directory);
  const password = randomBytes(12).toString("hex");
  const initFile = join(directory, "init.sql");
  await writeFile(
    initFile,
    `CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '${password}';\n` +
      "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n",
  );
  await giveAway(directory, [
    data,
    initFile,
    ...["ca", "cert", "key"].map((n) => join(directory, `${n}.pem`)),
  ]);
  const user = await serverUser(directory);
  const install = await user.launch(
    "/usr/bin/mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    [data],
  );
  await run(install.file, install.args, { cwd: directory });
  const port = await freePort();
  const launch = await user.launch(
    SERVER,
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--socket=${join(directory, "socket")}`,
      `--pid-file=${join(directory, "pid")}`,
      `--init-file=${initFile}`,
      "--bind-address=127.0.0.1",
      `--port=${port}`,
      "--skip-name-resolve",
      "--max-allowed-packet=256M",
      "--log-bin-trust-function-creators=ON",
      `--ssl-ca=${caFile}`,
      `--ssl-cert=${join(directory, "cert.pem")}`,
      `--ssl-key=${join(directory, "key.pem")}`,
      ...HASTE,
    ],
    [data],
    // It does not heed INT.
    "KILL",
  );
  const log = await open(join(directory, "server.log"), "a", 0o600);
  const child = spawn(launch.file, launch.args, {
    ...launch.options,
    cwd: directory,
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as Record<string, string> as NodeJS.ProcessEnv,
  });
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  await log.close();
  const url = `mysql://root:${password}@127.0.0.1:${port}/`;
  try {
    await untilReady(child, url, join(directory, "server.log"));
  } catch (error) {
    await stop(child, exited);
    throw error;
  }
  return { url, caFile, stop: () => stop(child, exited) };
}

/**
 * MariaDB does not run as root: there its files belong to the user that Debian's package made for it, who must be
 * able to walk in. With a capability for that instead, Aria takes its own tables for moved and mysql.proc for broken.
 */
async function giveAway(directory: string, paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const id = async (flag: string) => Number((await run("id", [flag, "mysql"])).stdout);
  const [uid, gid] = [await id("-u"), await id("-g")];
  const parent = dirname(directory);
  await chmod(parent, (await stat(parent)).mode | 0o111);
  for (const path of [directory, ...paths]) await chown(path, uid, gid);
}

async function untilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`MariaDB did not start:\n${(await readFile(logFile, "utf8")).slice(-4000)}`);
    }
    try {
      const connection = await createConnection(url);
      await connection.end();
      return;
    } catch {
      // Not yet: its log tells why, should it end.
      await sleep(50);
    }
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const patience = new AbortController();
  const impatient = sleep(STOP_PATIENCE_MS, "late", { signal: patience.signal }).catch(() => "done");
  if ((await Promise.race([exited, impatient])) === "late") child.kill("SIGKILL");
  patience.abort();
  await exited;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
