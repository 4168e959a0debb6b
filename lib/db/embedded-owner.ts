import { link, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The right of this process to run a server on a directory. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims `root` for this process. A server on `data` that a killed process left behind is ended first;
 * a lock that belongs to nobody alive is removed.
 * @throws Error that names the living owner
 */
export async function claimDirectory(root: string, data: string): Promise<Claim> {
  const lock = join(root, "owner");
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  const draft = `${lock}.${process.pid}`;
  await writeFile(draft, `${mine}\n`, { mode: 0o600 });
  try {
    for (;;) {
      // A link never replaces: of two that start together one wins and the other reads its name.
      const taken = await link(draft, lock).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "EEXIST") return true;
          throw error;
        },
      );
      if (!taken) break;
      await removeIfDead(lock, root);
    }
  } finally {
    await rm(draft, { force: true });
  }
  await endLeftover(data);
  return { release: () => rm(lock, { force: true }) };
}

async function removeIfDead(lock: string, root: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => null);
  if (text === null) return;
  const [pid = "", started = ""] = text.trim().split(" ");
  if (isAlive(Number(pid)) && (await startOf(Number(pid))) === started) {
    throw new Error(
      `DataGuardian already runs on ${root} (process ${pid}). Stop that one, or set DATA_DIR for a second installation.`,
    );
  }
  // Only what was read may go: meanwhile a third process may have put its own lock there.
  if ((await readFile(lock, "utf8").catch(() => null)) === text) await rm(lock, { force: true });
}

/** Ends a server that outlived its owner; removes a pid file whose number now belongs to somebody else. */
async function endLeftover(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number((await readFile(file, "utf8").catch(() => "")).split("\n")[0]);
  if (!pid) return;
  if (!isAlive(pid) || !(await runsIn(pid, data))) {
    await rm(file, { force: true });
    return;
  }
  process.kill(pid, "SIGINT");
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited === 20_000) process.kill(pid, "SIGQUIT");
    await sleep(100);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A server's working directory is its data directory. Where that cannot be seen, take it as ours. */
async function runsIn(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return cwd === (await realpath(data));
}

/** When a process began, so that a number used again is not mistaken for the same process. */
async function startOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
}
