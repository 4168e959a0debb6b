import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namesBelow } from "#e2e/servers/names-below";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { connectionOf, createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { deleteExecution } from "#lib/features/executions/delete-execution";
import { getExecution } from "#lib/features/executions/queries";

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "a worker on a real PostgreSQL (apt-get install postgresql)",
  () => {
    let world: World;
    let worker: WorkerProcess;
    let source: TestDatabase;
    let target: TestDatabase;

    beforeAll(async () => {
      world = await createWorld();
      source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      target = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      await sql(
        source.url,
        `CREATE TABLE "odd name" (id int PRIMARY KEY, text text);
       INSERT INTO "odd name" SELECT n, repeat('é', n % 50) FROM generate_series(1, 5000) n;
       CREATE TABLE empty (id int); CREATE VIEW seen AS SELECT count(*) FROM "odd name";`,
      );
      worker = await startWorker(world.url);
    });
    afterAll(async () => {
      worker.kill("SIGTERM");
      expect(await worker.exited).toBe(0);
      await world.close();
      await source.drop();
      await target.drop();
    });

    const ended = (id: string) =>
      until("the execution ends", async () => {
        const found = await getExecution.execute({ id }, world.admin);
        return ["completed", "failed", "cancelled"].includes(found.status) && found;
      });

    /** What is left of the database that a verification made; others of that kind are other tests'. */
    const temporaryOf = async ({ metadata }: { metadata: Readonly<Record<string, unknown>> }) => {
      const { databaseName } = metadata.verification as { databaseName: string };
      expect(databaseName).toMatch(/^dg_verify_/);
      return sql(source.url, `SELECT datname FROM pg_database WHERE datname = '${databaseName}'`);
    };

    test("backs up, verifies, restores elsewhere, keeps what the policy keeps, and deletes", async () => {
      const { job } = await createJobFor(world, { sourceUrl: source.url, retention: { max_backups: 2 } });
      const run = async () => (await runJob.execute({ id: job.id }, world.admin)).executionId;
      const backup = await ended(await run());
      expect(backup.errorStack).toBeNull();
      expect(backup).toMatchObject({ status: "completed", errorMessage: null, restorable: true });
      expect(backup.metadata).toMatchObject({
        operation: "backup",
        enqueue_source: "manual",
        compression: "zstd",
      });
      expect(backup.chunks).toHaveLength(1);
      const folder = join(world.storageRoot, backup.copies[0]?.backupPath ?? "?");
      expect((await readdir(folder)).sort()).toEqual(
        ["execution.log", "manifest.json", expect.stringMatching(/\.dump\.zst$/)].sort(),
      );

      const verification = await restoreBackup.execute(
        { executionId: backup.id, verificationMode: true, confirmationPhrase: "verificar  restore" },
        world.admin,
      );
      const verified = await ended(verification.executionId);
      expect(verified).toMatchObject({ status: "completed", errorMessage: null });
      expect(verified.metadata.verification).toMatchObject({ ok: true });
      expect((await getExecution.execute({ id: backup.id }, world.admin)).verifiedAt).toBeInstanceOf(Date);
      expect(await temporaryOf(verified)).toEqual([]);

      const other = await createDatasource.execute(
        { name: "Elsewhere", type: "postgres", connectionConfig: connectionOf(target.url) },
        world.admin,
      );
      const restore = await restoreBackup.execute(
        { executionId: backup.id, targetDatasourceId: other.id, confirmationPhrase: "Restaurar" },
        world.admin,
      );
      expect(await ended(restore.executionId)).toMatchObject({ status: "completed", errorMessage: null });
      const sum = `SELECT count(*), md5(string_agg(id || text, ',' ORDER BY id)) FROM "odd name"`;
      expect(await sql(target.url, sum)).toEqual(await sql(source.url, sum));

      const second = await ended(await run());
      const third = await ended(await run());
      const fourth = await ended(await run());
      await until("the second backup is removed", async () => {
        const copies = await world.database.prisma.backupCopy.findMany({ where: { status: "removed" } });
        return copies.length === 1 && copies[0]?.executionId === second.id;
      });
      // The newest verified one stays beside the newest two (invariant I4).
      expect((await getExecution.execute({ id: backup.id }, world.admin)).restorable).toBe(true);
      await deleteExecution.execute({ id: third.id }, world.admin);
      await until("the deleted row is gone", async () => {
        return (await world.database.prisma.backupExecution.count({ where: { id: third.id } })) === 0;
      });
      const folders = await readdir(join(folder, ".."));
      expect(folders.map((name) => name.slice(-8)).sort()).toEqual(
        [backup.id, fourth.id].map((id) => id.slice(0, 8)).sort(),
      );
      const notified = await world.database.prisma.notification.groupBy({ by: ["type"], _count: true });
      expect(Object.fromEntries(notified.map((n) => [n.type, n._count]))).toEqual({
        backup_success: 4,
        restore_success: 2,
      });
    });

    test("a wrong password fails with the reason, leaves nothing, and older backups untouched", async () => {
      const { job } = await createJobFor(world, {
        sourceUrl: source.url,
        connection: { password: "sure-not-this" },
      });
      const before = await namesBelow(world.storageRoot);
      const { executionId } = await runJob.execute({ id: job.id }, world.admin);
      const failed = await ended(executionId);
      expect(failed).toMatchObject({ status: "failed", errorCode: "CONNECTION_FAILED", restorable: false });
      expect(failed.errorMessage).toMatch(/password/i);
      expect(JSON.stringify(failed, (_, v) => (typeof v === "bigint" ? Number(v) : v))).not.toContain(
        "sure-not-this",
      );
      // A health check writes a file of its own for a moment.
      const added = async () =>
        (await namesBelow(world.storageRoot)).filter((name) => !before.includes(name));
      await until("nothing new lies on the storage", async () => (await added()).length === 0);
    });

    test("a backup that does not hold what it should fails its verification, table by table", async () => {
      const { job } = await createJobFor(world, { sourceUrl: source.url });
      const { executionId } = await runJob.execute({ id: job.id }, world.admin);
      const backup = await ended(executionId);
      const path = join(world.storageRoot, backup.copies[0]?.backupPath ?? "?", "manifest.json");
      const manifest = JSON.parse(await readFile(path, "utf8"));
      manifest.metadata.inventory.tables["public.odd name"] += 1;
      await writeFile(path, JSON.stringify(manifest));
      const order = { executionId: backup.id, verificationMode: true, confirmationPhrase: "VERIFY RESTORE" };
      const failed = await ended((await restoreBackup.execute(order, world.admin)).executionId);
      expect(failed).toMatchObject({ status: "failed", errorCode: "VERIFICATION_FAILED" });
      expect(failed.errorMessage).toContain("public.odd name: 5001 expected, 5000 found");
      expect(failed.metadata.verification).toMatchObject({
        ok: false,
        tables: [{ table: "public.odd name", expected: 5001, actual: 5000 }],
      });
      expect(await temporaryOf(failed)).toEqual([]);
      expect((await getExecution.execute({ id: backup.id }, world.admin)).verifiedAt).toBeNull();
    });

    test("a flipped bit stops a restore before it touches anything, and the backup is marked", async () => {
      const { job } = await createJobFor(world, { sourceUrl: source.url });
      const { executionId } = await runJob.execute({ id: job.id }, world.admin);
      const backup = await ended(executionId);
      const path = join(world.storageRoot, backup.chunks[0]?.filePath ?? "?");
      const bytes = await readFile(path);
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      await writeFile(path, bytes);
      const order = { executionId: backup.id, confirmationPhrase: "RESTORE" };
      const failed = await ended((await restoreBackup.execute(order, world.admin)).executionId);
      expect(failed).toMatchObject({ status: "failed", errorCode: "ARTIFACT_CORRUPT" });
      expect(failed.errorMessage).toMatch(/SHA-256.*not touched/s);
      const marked = await getExecution.execute({ id: backup.id }, world.admin);
      expect(marked).toMatchObject({ restorable: false, corruptAt: expect.any(Date) });
      await expect(restoreBackup.execute(order, world.admin)).rejects.toMatchObject({
        code: "BACKUP_NOT_RESTORABLE",
      });
    });
  },
);
