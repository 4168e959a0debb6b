import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MISSING_POSTGRES, startPostgres } from "#e2e/servers/postgres";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import type { EmbeddedServer } from "#lib/db/embedded";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { getExecution, listExecutions } from "#lib/features/executions/queries";
import { retryExecution } from "#lib/features/retry/retry-execution";

const nameOf = (database: TestDatabase) => new URL(database.url).pathname.slice(1);

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "several databases of one server, on a real PostgreSQL (apt-get install postgresql)",
  () => {
    let world: World;
    let workers: WorkerProcess[];
    let databases: TestDatabase[];
    let directory: string;
    let server: EmbeddedServer;

    beforeAll(async () => {
      world = await createWorld();
      // Its own server: "all" must not take what other tests have there.
      directory = await mkdtemp(join(tmpdir(), "dg-several-"));
      const started = await startPostgres(join(directory, "postgres"));
      if (!started) throw new Error(MISSING_POSTGRES);
      server = started;
      databases = await Promise.all([1, 2, 3].map(() => createDatabase(server.url)));
      for (const [index, database] of databases.entries()) {
        await sql(database.url, `CREATE TABLE t AS SELECT n FROM generate_series(1, ${index + 10}) n`);
      }
      workers = await Promise.all([startWorker(world.url), startWorker(world.url)]);
    });
    afterAll(async () => {
      for (const worker of workers) {
        worker.kill("SIGTERM");
        expect(await worker.exited).toBe(0);
      }
      await world.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });

    /** All executions of a run, once they have ended. */
    const run = async (jobId: string) => {
      const { executionId } = await runJob.execute({ id: jobId }, world.admin);
      return until("all executions of the run end", async () => {
        const { data } = await listExecutions.execute(
          { jobId, groupId: executionId, limit: 100 },
          world.admin,
        );
        return data.length > 0 && data.every((row) => row.finishedAt !== null) && data;
      });
    };
    const job = async (names: "all" | string[], keep = 100) => {
      const { job } = await createJobFor(world, {
        sourceUrl: databases[0]?.url ?? "",
        options: { databases: names },
        retention: { max_backups: keep },
      });
      return job;
    };

    test("each of a list gets an execution of its own, and one that is missing fails alone", async () => {
      const [a, b] = databases.map(nameOf);
      const { id } = await job([a ?? "", b ?? "", "dg_not_there"], 1);
      const first = await run(id);
      const byName = new Map(first.map((row) => [row.databaseName, row.status]));
      expect(byName).toEqual(
        new Map([
          [a, "completed"],
          [b, "completed"],
          ["dg_not_there", "failed"],
        ]),
      );
      expect(new Set(first.map((row) => row.groupId)).size).toBe(1);

      // Retention counts each database by itself.
      await run(id);
      const { data } = await until("retention has gone", async () => {
        const list = await listExecutions.execute(
          { jobId: id, status: "completed", limit: 100 },
          world.admin,
        );
        return list.data.filter((row) => row.restorable).length === 2 && list;
      });
      const left = data.filter((row) => row.restorable).map((row) => row.databaseName);
      expect(left.sort()).toEqual([a, b].sort());

      const failed = first.find((row) => row.status === "failed");
      const { executionId } = await retryExecution.execute({ id: failed?.id ?? "" }, world.admin);
      const again = await getExecution.execute({ id: executionId }, world.admin);
      expect(again).toMatchObject({ databaseName: "dg_not_there", groupId: failed?.groupId });
    });

    test("all are found by themselves, new ones too, and each restores into its own database", async () => {
      const { id } = await job("all");
      const names = (rows: readonly { databaseName: string | null }[]) => rows.map((row) => row.databaseName);
      const wanted = databases.map(nameOf);
      const ours = await run(id);
      // The server came with one database of its own.
      expect(names(ours).sort()).toEqual(["dataguardian", ...wanted].sort());

      const last = databases[2];
      const backup = ours.find((row) => row.databaseName === nameOf(last as TestDatabase));
      const { metadata } = await getExecution.execute({ id: backup?.id ?? "" }, world.admin);
      expect(metadata.one_of_several).toBe(backup?.databaseName);
      await sql(last?.url ?? "", "DELETE FROM t");
      const { executionId } = await restoreBackup.execute(
        { executionId: backup?.id ?? "", confirmationPhrase: "RESTORE" },
        world.admin,
      );
      await until("the restore ends", async () => {
        const found = await getExecution.execute({ id: executionId }, world.admin);
        if (found.status === "failed") throw new Error(found.errorMessage ?? "");
        return found.status === "completed";
      });
      expect(await sql(last?.url ?? "", "SELECT count(*)::int AS n FROM t")).toEqual([[12]]);

      await updateJob.execute({ id, backupOptions: { databases: ["only_this_one"] } }, world.admin);
      const changed = await run(id);
      expect(names(changed)).toEqual(["only_this_one"]);
    });
  },
);
