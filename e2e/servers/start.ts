import { rm } from "node:fs/promises";
import { join } from "node:path";
import { MISSING_POSTGRES, startPostgres, startPostgresNewer } from "#e2e/servers/postgres";
import { makeRunDirectory } from "#e2e/servers/run-directory";
import { createTemplate } from "#e2e/servers/test-database";
import type { EmbeddedServer } from "#lib/db/embedded";

/** The servers of one test run. */
export interface TestServers {
  /** TEST_DATABASE_URL, TEST_POSTGRES_URL and TEST_POSTGRES_NEWER_URL, where they run. */
  readonly environment: Record<string, string>;
  readonly directory: string;
  stop(): Promise<void>;
}

/**
 * Starts what tests need, each on a free port and in a directory of its own. In CI a missing server is an
 * error; elsewhere its variable stays unset and the tests that need it are skipped.
 */
export async function startTestServers(): Promise<TestServers> {
  const directory = await makeRunDirectory();
  const [newer, own] = await Promise.all([
    startPostgresNewer(join(directory, "newer")),
    startPostgres(join(directory, "postgres")),
  ]);
  const running = [newer, own].filter((server): server is EmbeddedServer => server !== null);
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  if (!own && process.env.CI === "true") {
    await stop();
    throw new Error(MISSING_POSTGRES);
  }
  await createTemplate(newer.url);
  return {
    environment: {
      DATA_DIR: join(directory, "data"),
      TEMP_DIRECTORY: join(directory, "temp"),
      TEST_DATABASE_URL: newer.url,
      TEST_POSTGRES_NEWER_URL: newer.url,
      ...(own && { TEST_POSTGRES_URL: own.url }),
    },
    directory,
    stop,
  };
}
