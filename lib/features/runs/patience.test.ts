import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { getExecution } from "#lib/features/executions/queries";
import { runBackup } from "#lib/features/runs/run-backup";
import { runRestore } from "#lib/features/runs/run-restore";

const worker = { id: "patient", shutdown: new AbortController().signal };

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "a metadata database that fails while a run is prepared (apt-get install postgresql)",
  () => {
    let world: World;
    let source: TestDatabase;

    beforeAll(async () => {
      world = await createWorld();
      source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      await query(source.url, "CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n");
    });
    afterAll(async () => {
      await world.close();
      await source.drop();
    });

    const look = (id: string) => getExecution.execute({ id }, world.admin);

    /** Runs `work` while what it reads first cannot be read, and gives that back once it has begun. */
    async function without(table: string, id: string, work: () => Promise<void>) {
      await query(world.url, `ALTER TABLE ${table} RENAME TO away`);
      const working = work();
      const begun = await until("it has begun", async () => {
        const [row] = await query(world.url, `SELECT status FROM backup_executions WHERE id = '${id}'`);
        return row?.[0] !== "queued" && row;
      });
      expect(begun).toEqual(["running"]);
      await query(world.url, `ALTER TABLE away RENAME TO ${table}`);
      await working;
      return look(id);
    }

    test("does not fail a backup, nor a verification", async () => {
      const { job } = await createJobFor(world, { sourceUrl: source.url });
      const { executionId } = await runJob.execute({ id: job.id }, world.admin);
      const backup = await without("backup_jobs", executionId, () =>
        runBackup(world.database, worker, executionId),
      );
      expect(backup).toMatchObject({ status: "completed", errorMessage: null });

      const order = { executionId, verificationMode: true, confirmationPhrase: "VERIFY RESTORE" };
      const { executionId: id } = await restoreBackup.execute(order, world.admin);
      const verified = await without("datasources", id, () => runRestore(world.database, worker, id));
      expect(verified).toMatchObject({ status: "completed", errorMessage: null });
    });
  },
);
