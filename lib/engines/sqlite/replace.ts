import { randomUUID } from "node:crypto";
import { link, open, readdir, readlink, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#lib/core/errors";
import { askSqlite, SqliteError } from "#lib/engines/sqlite/client";
import { explainSqlite } from "#lib/engines/sqlite/explain";
import type { EngineIo } from "#lib/engines/types";
import { codeOf } from "#lib/streams/real-path";
import { untilAbort } from "#lib/streams/until-abort";

/** Files that belong to a database by their name: beside another one they would damage it. */
const COMPANIONS = ["-wal", "-shm", "-journal"];

interface Target {
  readonly exists: boolean;
  /** The path as a person wrote it. */
  readonly shown: string;
  readonly io: EngineIo;
}

/**
 * Puts `staged` in the place of `target` by one rename, while no one else can use the old one; that is kept
 * under another name until the new one stands. Throws with the target as it was.
 */
export async function replaceDatabase(staged: string, target: string, options: Target): Promise<void> {
  const lock = options.exists ? await takeLock(target, options) : null;
  const old = join(dirname(target), `.dg-old-${randomUUID()}.db`);
  const moved: string[] = [];
  try {
    if (options.exists && (await keep(target, old))) {
      options.io.log("info", `The old database is kept as ${old} until the new one stands`);
    }
    for (const suffix of COMPANIONS) {
      if (await moveAway(`${target}${suffix}`, `${old}${suffix}`)) moved.push(suffix);
    }
    await rename(staged, target);
  } catch (error) {
    for (const suffix of moved) await rename(`${old}${suffix}`, `${target}${suffix}`);
    await rm(old, { force: true });
    throw error;
  } finally {
    await lock?.release();
  }
  await settle(target, old, options);
}

/** The new one stands by now: what fails here is told, but undoes nothing. */
async function settle(target: string, old: string, { io }: Target): Promise<void> {
  try {
    await syncFolder(dirname(target));
    for (const suffix of ["", ...COMPANIONS]) await rm(`${old}${suffix}`, { force: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    io.log("warn", `The database is restored, but the old one may still lie beside it: ${why}`);
  }
}

/** A second name for the file, so that its own name is never without one. Answers whether it got one. */
async function keep(target: string, old: string): Promise<boolean> {
  try {
    await link(target, old);
    return true;
  } catch (error) {
    // A file system without hard links has only the rename, which replaces all the same.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    return false;
  }
}

async function moveAway(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Lock {
  release(): Promise<void>;
}

/** Rejects where anyone else has the database open. A damaged one is replaced without a lock. */
async function takeLock(target: string, { shown, io }: Target): Promise<Lock> {
  const user = await openedBy(target);
  if (user !== null) {
    throw explainSqlite(new SqliteError("DG_IN_USE", `process ${user}`), "RESTORE_FAILED", shown);
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const locked = Promise.withResolvers<boolean>();
  const holding = askSqlite("lock", { path: target }, signal, (event) => {
    if (event.event === "locked") locked.resolve(event.damaged);
  });
  holding.catch((error: unknown) => locked.reject(error));
  const release = async () => {
    stop.abort(new AppError("CANCELLED", "The lock is no longer needed."));
    await holding.catch(() => undefined);
  };
  try {
    const damaged = await untilAbort(locked.promise, signal);
    if (damaged) io.log("warn", `${shown} is damaged and could not be locked; it is replaced all the same.`);
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * The process that has the file open; null for none. One that ends meanwhile, or that this user may not look
 * into, counts as none. An idle connection to a database with a rollback journal holds no lock that could tell.
 */
async function openedBy(path: string): Promise<number | null> {
  const { dev, ino } = await stat(path);
  const pids = await readdir("/proc").catch(() => []);
  for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`;
    const fds = await readdir(folder).catch(() => []);
    for (const fd of fds) {
      const leads = await readlink(`${folder}/${fd}`).catch(() => "");
      if (!leads.startsWith("/") || leads !== path) continue;
      const opened = await stat(`${folder}/${fd}`).catch(() => null);
      if (opened?.dev === dev && opened.ino === ino) return Number(pid);
    }
  }
  return null;
}
