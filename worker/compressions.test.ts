import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { getExecution } from "#lib/features/executions/queries";

/** More than two blocks of a dump, so that memory goes round. */
const ROWS = 90_000;

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "every compression, with one job and with several (apt-get install postgresql)",
  () => {
    let world: World;
    let worker: WorkerProcess;
    let source: TestDatabase;

    beforeAll(async () => {
      world = await createWorld();
      source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      await query(
        source.url,
        `CREATE TABLE big AS SELECT n AS id, md5(n::text) || md5((n * 7)::text) AS text
         FROM generate_series(1, ${ROWS}) n`,
      );
      worker = await startWorker(world.url);
    });
    afterAll(async () => {
      worker.kill("SIGTERM");
      expect(await worker.exited).toBe(0);
      await world.close();
      await source.drop();
    });

    const ended = (id: string) =>
      until("the execution ends", async () => {
        const found = await getExecution.execute({ id }, world.admin);
        return found.finishedAt !== null && found;
      });

    test.each(
      ["zstd", "gzip", "lz4", "none"].flatMap((compression) => [1, 3].map((jobs) => [compression, jobs])),
    )("%s with %i comes back", async (compression, jobs) => {
      const { job } = await createJobFor(world, {
        sourceUrl: source.url,
        options: { compression, parallel_jobs: jobs },
      });
      const backup = await ended((await runJob.execute({ id: job.id }, world.admin)).executionId);
      expect(backup).toMatchObject({ status: "completed", errorMessage: null });
      const verification = await restoreBackup.execute(
        { executionId: backup.id, verificationMode: true, confirmationPhrase: "VERIFY RESTORE" },
        world.admin,
      );
      const verified = await ended(verification.executionId);
      expect(verified).toMatchObject({ status: "completed", errorMessage: null });
      expect(verified.metadata.verification).toMatchObject({ ok: true, rows: ROWS });
    });
  },
);
