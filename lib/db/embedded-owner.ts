import { readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";

/** The right of this process to run a server on a directory. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims `root` for this process. A server on `data` that a killed process left behind is ended first.
 * @throws Error that names the living owner
 */
export async function claimDirectory(root: string, data: string): Promise<Claim> {
  const name = join(root, "owner");
  const lock = lockFile(`${name}.lock`);
  if (lock === null) {
    // It may not have written its name yet.
    const owner = (await readFile(name, "utf8").catch(() => "")).trim() || "another process";
    throw new Error(
      `DataGuardian already runs on ${root} (${owner}). Stop that one, or set DATA_DIR for a second installation.`,
    );
  }
  try {
    await writeFile(name, `process ${process.pid} on ${hostname()}\n`, { mode: 0o600 });
    await endLeftover(data);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    async release() {
      await rm(name, { force: true });
      lock.close();
    },
  };
}

/**
 * The kernel's own lock, as SQLite takes it: it ends with the process, however that ends, and containers that
 * share a volume see each other's, though not each other's process numbers. Null where somebody has it.
 */
function lockFile(path: string): Database.Database | null {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
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
