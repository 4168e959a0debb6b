import { spawnSync } from "node:child_process";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { env } from "#lib/env";
import { sweepTempDirectories, withTempDirectory } from "#lib/features/temp-directory";

test("the directory is private, and gone afterwards, also after an error", async () => {
  let path = "";
  const broken = withTempDirectory("test", async (directory) => {
    path = directory;
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    throw new Error("in the middle");
  });
  await expect(broken).rejects.toThrow("in the middle");
  await expect(stat(path)).rejects.toThrow(/ENOENT/);
});

test("only what dead processes left is swept", async () => {
  const dead = spawnSync("true").pid;
  const alive = process.ppid;
  for (const name of [`dg-backup-${dead}-abc`, `dg-backup-${alive}-abc`, `other-${dead}-abc`]) {
    await mkdir(join(env().TEMP_DIRECTORY, name), { recursive: true });
  }
  // Other tests kill workers meanwhile, whose leftovers go along.
  expect(await sweepTempDirectories()).toBeGreaterThan(0);
  const left = await readdir(env().TEMP_DIRECTORY);
  expect(left).toEqual(expect.arrayContaining([`dg-backup-${alive}-abc`, `other-${dead}-abc`]));
  expect(left).not.toContain(`dg-backup-${dead}-abc`);
});
