import { rm } from "node:fs/promises";
import { join } from "node:path";
import { MISSING_MARIADB, startMariadb } from "#e2e/servers/mariadb";
import { startMinio } from "#e2e/servers/minio";
import { startMongodb } from "#e2e/servers/mongodb";
import { MISSING_POSTGRES, startPostgres, startPostgresNewer } from "#e2e/servers/postgres";
import { makeRunDirectory, temporaryOf } from "#e2e/servers/run-directory";
import { MISSING_SSHD, startSshd } from "#e2e/servers/sshd";
import { createTemplate } from "#e2e/servers/test-database";

/** The servers of one test run. */
export interface TestServers {
  /**
   * TMPDIR of the run, TEST_DATABASE_URL, TEST_POSTGRES_URL, TEST_POSTGRES_NEWER_URL, TEST_MARIADB_URL and …_CA, TEST_MINIO_URL
   * and …_DATA, TEST_SSHD_URL, where they run.
   */
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
  const starting = [
    startPostgresNewer(join(directory, "newer")),
    startPostgres(join(directory, "postgres")),
    startMariadb(join(directory, "mariadb")),
    startMongodb(join(directory, "mongodb")),
    startMinio(join(directory, "minio")),
    startSshd(join(directory, "sshd")),
  ] as const;
  const stop = async () => {
    // One that did not start must not leave the others running.
    for (const start of await Promise.allSettled(starting)) {
      if (start.status === "fulfilled") await start.value?.stop();
    }
    await rm(directory, { recursive: true, force: true });
  };
  const [newer, own, mariadb, mongodb, minio, sshd] = await Promise.all(starting).catch(async (error) => {
    await stop();
    throw error;
  });
  if (!(own && mariadb && sshd) && process.env.CI === "true") {
    await stop();
    throw new Error(!own ? MISSING_POSTGRES : mariadb ? MISSING_SSHD : MISSING_MARIADB);
  }
  await createTemplate(newer.url);
  return {
    environment: {
      TMPDIR: temporaryOf(directory),
      DATA_DIR: join(directory, "data"),
      TEMP_DIRECTORY: join(directory, "temp"),
      TEST_DATABASE_URL: newer.url,
      TEST_POSTGRES_NEWER_URL: newer.url,
      ...(own && { TEST_POSTGRES_URL: own.url }),
      ...(mariadb && { TEST_MARIADB_URL: mariadb.url, TEST_MARIADB_CA: mariadb.caFile }),
      ...mongodb?.environment,
      ...(sshd && { TEST_SSHD_URL: sshd.url }),
      ...(minio && { TEST_MINIO_URL: minio.url, TEST_MINIO_DATA: minio.dataDirectory }),
    },
    directory,
    stop,
  };
}
