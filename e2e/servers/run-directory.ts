import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "dataguardian-test-";

/**
 * A fresh directory for one test run, with one for temporary files in it. Those of runs that were killed are
 * removed on the way. Servers under users of their own may walk through both.
 */
export async function makeRunDirectory(): Promise<string> {
  await removeStale();
  const directory = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(directory, "runner.pid"), `${process.pid}\n`);
  await mkdir(temporaryOf(directory));
  for (const each of [directory, temporaryOf(directory)]) await chmod(each, 0o711);
  return directory;
}

/** What tests make with `tmpdir()` goes with the run, also where they fail or are killed. */
export const temporaryOf = (directory: string) => join(directory, "tmp");

async function removeStale(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
    const pid = Number(await readFile(join(directory, "runner.pid"), "utf8").catch(() => ""));
    // A directory without the file is not (yet) known to be ours.
    if (pid > 0 && !isAlive(pid)) await rm(directory, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
