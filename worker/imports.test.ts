import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { connectionOf, createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { listBackupDatasources, listBackupsOfDatasource } from "#lib/features/backups/queries";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { getExecution } from "#lib/features/executions/queries";
import { importRestore } from "#lib/features/imports/import-restore";
import { getStorageScan, scanStorage } from "#lib/features/imports/scan-storage";
import { createStorage } from "#lib/features/storage-locations/create-storage";

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "backups from elsewhere, on a real PostgreSQL (apt-get install postgresql)",
  () => {
    let old: World;
    let fresh: World;
    let worker: WorkerProcess;
    let second: WorkerProcess;
    let source: TestDatabase;
    let target: TestDatabase;
    let artifact: string;
    let backupId: string;

    const end = (world: World, id: string) =>
      until("the execution ends", async () => {
        const found = await getExecution.execute({ id }, world.admin);
        return ["completed", "failed", "cancelled"].includes(found.status) && found;
      });

    beforeAll(async () => {
      source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      target = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      await sql(source.url, "CREATE TABLE t AS SELECT n, repeat('é', n) AS s FROM generate_series(1, 300) n");
      old = await createWorld();
      worker = await startWorker(old.url);
      const { job } = await createJobFor(old, { sourceUrl: source.url });
      const backup = await end(old, (await runJob.execute({ id: job.id }, old.admin)).executionId);
      backupId = backup.id;
      artifact = join(old.storageRoot, backup.backupPath ?? "");
      fresh = await createWorld();
      second = await startWorker(fresh.url);
    });
    afterAll(async () => {
      for (const process of [worker, second]) {
        process.kill("SIGTERM");
        await process.exited;
      }
      await fresh.close();
      await old.close();
      await source.drop();
      await target.drop();
    });

    const targetIn = (world: World, name: string) =>
      createDatasource.execute(
        { name, type: "postgres", connectionConfig: connectionOf(target.url) },
        world.admin,
      );
    const rows = (url: string) =>
      sql(url, "SELECT count(*)::int AS n, md5(string_agg(s, ',' ORDER BY n)) FROM t");
    async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    }

    test("an uploaded file is stored, listed and restored", async () => {
      const storage = await createStorage.execute(
        { name: "Uploads", type: "local", config: { path: join(fresh.storageRoot, "up") }, isDefault: true },
        fresh.admin,
      );
      const into = await targetIn(fresh, "Upload target");
      const signal = new AbortController().signal;
      const input = { fileName: "shop data.dump.zst", targetDatasourceId: into.id };
      const bytes = await readFile(artifact);
      const order = (more: object, body: Buffer) =>
        importRestore(fresh.admin, { ...input, ...more }, pieces(body), signal);

      await expect(order({}, bytes)).rejects.toMatchObject({ code: "RESTORE_CONFIRMATION_REQUIRED" });
      const confirmed = { confirmationPhrase: "RESTORE" };
      const wrong = [
        [{ fileName: "shop.sql" }, bytes],
        [{ fileName: "../x.exe" }, bytes],
        [{}, bytes.subarray(0, bytes.length - 10)],
        [{}, Buffer.from("no zstd")],
        [{ fileName: "shop.dump" }, Buffer.from("not a dump at all")],
        [{}, Buffer.alloc(0)],
      ] as const;
      for (const [more, body] of wrong) {
        await expect(order({ ...confirmed, ...more }, body)).rejects.toMatchObject({
          code: "INVALID_UPLOAD",
        });
      }
      expect((await fresh.database.prisma.backupCopy.findMany()).length).toBe(0);

      const { executionId } = await order(confirmed, bytes);
      expect(await end(fresh, executionId)).toMatchObject({ status: "completed", errorMessage: null });
      expect(await rows(target.url)).toEqual(await rows(source.url));
      const { data } = await listBackupsOfDatasource.execute({ datasourceId: into.id }, fresh.admin);
      expect(data).toMatchObject([{ restorable: true, storages: [{ id: storage.id, status: "stored" }] }]);
    });

    test("a storage of an older installation is scanned, and its backup restored", async () => {
      const storage = await createStorage.execute(
        { name: "Old disk", type: "local", config: { path: old.storageRoot } },
        fresh.admin,
      );
      const scan = () =>
        scanStorage.execute({ id: storage.id }, fresh.admin).then(() =>
          until("the scan ends", async () => {
            const report = await getStorageScan.execute({ id: storage.id }, fresh.admin);
            return report?.finishedAt && report;
          }),
        );
      expect(await scan()).toMatchObject({ state: "done", found: 1, listed: 1, known: 0, damaged: [] });
      expect(await scan()).toMatchObject({ found: 1, listed: 0, known: 1 });
      const { data } = await listBackupDatasources.execute({}, fresh.admin);
      expect(data.find((entry) => entry.id === null)).toMatchObject({ backupsCount: 1 });
      const listed = await listBackupsOfDatasource.execute({ datasourceId: "unassigned" }, fresh.admin);
      expect(listed.data.map((entry) => entry.id)).toEqual([backupId]);

      await sql(target.url, "DROP TABLE IF EXISTS t");
      const into = await targetIn(fresh, "Scan target");
      const { executionId } = await restoreBackup.execute(
        { executionId: backupId, targetDatasourceId: into.id, confirmationPhrase: "RESTORE" },
        fresh.admin,
      );
      expect(await end(fresh, executionId)).toMatchObject({ status: "completed", errorMessage: null });
      expect(await rows(target.url)).toEqual(await rows(source.url));

      await fresh.database.prisma.backupExecution.deleteMany({ where: { id: backupId } });
      await truncate(artifact, 10);
      const damaged = await scan();
      expect(damaged).toMatchObject({ found: 1, listed: 0 });
      expect(damaged.damaged[0]?.reason).toMatch(/10 bytes/);
    });
  },
);
