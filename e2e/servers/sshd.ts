import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { access, chmod, chown, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { until } from "#e2e/servers/until";
import { freePort } from "#lib/db/embedded";

const SSHD = "/usr/sbin/sshd";
const UID = 64_321;
/** Where its directory lies inside the namespace, whoever may look into the folders above it outside. */
const INSIDE = "/run/dg";

/** What to do when the server is missing: said in the skip, or thrown in CI. */
export const MISSING_SSHD = "sshd cannot be started: apt-get install openssh-server, and run as root";

export interface SshdOptions {
  /** Further lines of sshd_config; the first mention of a keyword wins, and these come first. */
  readonly config?: readonly string[];
}

/** A real OpenSSH server on 127.0.0.1 with one user, whose home is a directory of its own. */
export interface Sshd {
  readonly port: number;
  /** ssh://user:password@127.0.0.1:port */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Private keys that may log in, without and with the passphrase. */
  readonly key: string;
  readonly lockedKey: string;
  readonly passphrase: string;
  /** The user's home on this machine, and as the server knows it. */
  readonly home: string;
  readonly remoteHome: string;
  /** Fingerprint of the host key now in use. */
  fingerprint(): string;
  /** Replaces the host key; takes effect with the next `start`. */
  replaceHostKey(): void;
  /** Ends the server and every session of it at once, as a power cut does. */
  stop(): Promise<void>;
  /** Ends only the sessions; the server goes on listening. */
  killSessions(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

const NAMESPACE = ["unshare", "--mount", "--propagation", "private"];

async function canRun(): Promise<boolean> {
  const installed = await access(SSHD).then(
    () => true,
    () => false,
  );
  return installed && spawnSync("setpriv", [...NAMESPACE, "true"]).status === 0;
}

/**
 * Starts sshd under `directory`, which must be absolute and empty or absent; null where it cannot run: its user
 * exists only inside a mount namespace, which takes root.
 */
export async function startSshd(directory: string, options: SshdOptions = {}): Promise<Sshd | null> {
  if (!(await canRun())) return null;
  const [username, password, passphrase] = ["dg-sftp", "pass'w\"ord $1 \\ ü", "open sesame"];
  const home = join(directory, "home");
  const at = (name: string) => join(directory, name);
  await mkdir(home, { recursive: true });
  await chown(home, UID, UID);
  await chmod(directory, 0o755);
  await writeAccounts(directory, username, password);
  // Only with PAM does sshd ask for a password by keyboard-interactive.
  const pam = ["auth", "account", "session"].map((kind) => `${kind} required pam_unix.so\n`);
  await writeFile(at("pam"), pam.join(""));
  const newKey = (name: string, phrase: string) =>
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", phrase, "-f", at(name)]);
  for (const [name, phrase] of [
    ["host", ""],
    ["login", ""],
    ["locked", passphrase],
  ] as const)
    newKey(name, phrase);
  const logins = [await readFile(at("login.pub"), "utf8"), await readFile(at("locked.pub"), "utf8")];
  await writeFile(at("authorized_keys"), logins.join(""));
  const port = await freePort();
  await writeFile(at("sshd_config"), configFor(directory, port, options.config ?? []));
  let server: ChildProcess | null = null;
  const start = async () => {
    // It dies with the test run, however that ends.
    const command = ["--pdeathsig", "KILL", ...NAMESPACE, "sh", "-c", ENTER, "sh", directory];
    server = spawn("setpriv", command, { stdio: "ignore" });
    const child = server;
    await until(`sshd listens on ${port}; see ${at("log")}`, () => {
      if (child.exitCode !== null) throw new Error(`sshd ended at once; see ${at("log")}`);
      return listens(port);
    });
  };
  await start();
  return {
    port,
    url: `ssh://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    username,
    password,
    key: await readFile(at("login"), "utf8"),
    lockedKey: await readFile(at("locked"), "utf8"),
    passphrase,
    home,
    remoteHome: `${INSIDE}/home`,
    start,
    fingerprint: () =>
      execFileSync("ssh-keygen", ["-lf", at("host.pub")], { encoding: "utf8" }).split(" ")[1] ?? "",
    replaceHostKey: () => {
      for (const name of ["host", "host.pub"]) rmSync(at(name));
      newKey("host", "");
    },
    killSessions: async () => {
      // Without a server there are no sessions; the descendants of nobody would be everybody.
      if (server?.pid !== undefined) kill(await descendants(server.pid));
    },
    stop: async () => {
      if (server?.pid === undefined) return;
      const ended = once(server, "exit");
      kill([server.pid, ...(await descendants(server.pid))]);
      await ended;
      server = null;
    },
  };
}

/** The user lives in this namespace's own passwd, shadow and group; the machine's stay as they are. */
const ENTER = `set -e
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
for file in passwd shadow group; do mount --bind "$1/$file" "/etc/$file"; done
mount --bind "$1/pam" /etc/pam.d/sshd
mkdir ${INSIDE}
mount --bind "$1" ${INSIDE}
exec ${SSHD} -D -f "$1/sshd_config" -E "$1/log"`;

async function writeAccounts(directory: string, username: string, password: string): Promise<void> {
  const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], {
    input: password,
    encoding: "utf8",
  }).trim();
  const lines = {
    passwd: `${username}:x:${UID}:${UID}::${INSIDE}/home:/bin/sh`,
    group: `${username}:x:${UID}:`,
    shadow: `${username}:${hash}:19000:0:99999:7:::`,
  };
  for (const [name, line] of Object.entries(lines)) {
    const system = name === "shadow" ? "root:*:19000:0:99999:7:::\n" : await readFile(`/etc/${name}`, "utf8");
    const sshd =
      name === "passwd" && !system.includes("\nsshd:")
        ? "sshd:x:64322:65534::/run/sshd:/usr/sbin/nologin\n"
        : "";
    await writeFile(join(directory, name), `${system}${sshd}${line}\n`, {
      mode: name === "shadow" ? 0o600 : 0o644,
    });
  }
}

function configFor(directory: string, port: number, first: readonly string[]): string {
  return `${[
    ...first,
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${directory}/host`,
    `AuthorizedKeysFile ${INSIDE}/authorized_keys`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication yes",
    "MaxStartups 100",
    "LogLevel VERBOSE",
    "Subsystem sftp internal-sftp",
  ].join("\n")}\n`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("data", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  }).then((answer) => answer === true);
}

/** Process ids of all children of a process, and of theirs. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    const status = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, "utf8").catch(() => "") : "";
    const parent = /^.*\) \S (\d+)/s.exec(status)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const each of found) {
    for (const [child, parent] of parents) if (parent === each) found.push(child);
  }
  return found.slice(1);
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
