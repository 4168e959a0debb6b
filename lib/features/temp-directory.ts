import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { env } from "#lib/env";

/** Runs `work` with a private directory that is removed afterwards, whatever happens. */
export async function withTempDirectory<T>(
  prefix: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  await mkdir(env().TEMP_DIRECTORY, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(env().TEMP_DIRECTORY, `${prefix}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
