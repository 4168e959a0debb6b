import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedServer, startEmbedded } from "#lib/db/embedded";

/** A test's server has nothing to lose, so it need not wait for the disk. */
const HASTE = { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "200" };

/** What to do when a server is missing: said in the skip, or thrown in CI. */
export const MISSING_POSTGRES = "PostgreSQL is not installed: apt-get install postgresql";

/** PostgreSQL 18, the one that comes with the product, under `directory`. */
export function startPostgresNewer(directory: string): Promise<EmbeddedServer> {
  return startEmbedded({ dataDir: directory, settings: HASTE });
}

/**
 * The machine's own PostgreSQL (15 on Debian 12), whose pg_dump the product uses, under `directory`; null
 * where none is installed. Tests that stop or kill a server start one of their own with this.
 */
export async function startPostgres(directory: string): Promise<EmbeddedServer | null> {
  const bin = await newestInstalled();
  if (!bin) return null;
  const programs = { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
  return startEmbedded({ dataDir: directory, programs, settings: HASTE });
}

async function newestInstalled(): Promise<string | null> {
  const root = "/usr/lib/postgresql";
  const versions = (await readdir(root).catch(() => [])).toSorted((a, b) => Number(b) - Number(a));
  for (const version of versions) {
    const bin = join(root, version, "bin");
    const found = await access(join(bin, "initdb")).then(
      () => true,
      () => false,
    );
    if (found) return bin;
  }
  return null;
}
