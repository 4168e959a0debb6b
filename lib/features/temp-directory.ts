import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { env } from "#lib/env";

const OWNED = /^dg-[a-z]+-(\d+)-/;

/** Runs `work` with a private directory that is removed afterwards, whatever happens. */
export async function withTempDirectory<T>(
  purpose: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  await mkdir(env().TEMP_DIRECTORY, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(env().TEMP_DIRECTORY, `dg-${purpose}-${process.pid}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Removes what processes left that were killed: dumps under way, files with passwords. Called before this
 * process has made any, so a directory that carries its own pid is a leftover too.
 */
export async function sweepTempDirectories(): Promise<number> {
  const names = await readdir(env().TEMP_DIRECTORY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const left = names.filter((name) => {
    const pid = Number(OWNED.exec(name)?.[1] ?? 0);
    return pid > 0 && (pid === process.pid || !isAlive(pid));
  });
  for (const name of left) await rm(join(env().TEMP_DIRECTORY, name), { recursive: true, force: true });
  return left.length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
