import { mkdir, readFile, rename, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namesBelow } from "#e2e/servers/names-below";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createJobFor, createWorld, type World } from "#e2e/servers/world";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { getExecution } from "#lib/features/executions/queries";
import { retryUpload } from "#lib/features/retry/retry-upload";
import { createStorage } from "#lib/features/storage-locations/create-storage";

describe.skipIf(!process.env.TEST_POSTGRES_URL)(
  "several storages, on a real PostgreSQL (apt-get install postgresql)",
  () => {
    let world: World;
    let worker: WorkerProcess;
    let source: TestDatabase;

    beforeAll(async () => {
      world = await createWorld();
      source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
      await sql(source.url, "CREATE TABLE t AS SELECT n FROM generate_series(1, 20000) n");
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
        return ["completed", "failed", "cancelled"].includes(found.status) && found;
      });
    const folder = (name: string) => join(world.storageRoot, name);
    const files = async (name: string) =>
      (await namesBelow(folder(name))).filter((file) => /manifest|\.zst/.test(file));

    /** A job over two folders, the second of which is a storage of its own. */
    async function twoStorages(strategy: "replicate" | "fallback", name: string) {
      await mkdir(folder(`${name}-a`), { recursive: true });
      const { job, storage } = await createJobFor(world, {
        sourceUrl: source.url,
        storagePath: folder(`${name}-a`),
      });
      const second = await createStorage.execute(
        { name: `Second ${name}`, type: "local", config: { path: folder(`${name}-b`) } },
        world.admin,
      );
      const backupOptions = {
        storage_strategy: strategy,
        storage_targets: [
          { storage_location_id: storage.id, order: 0 },
          { storage_location_id: second.id, order: 1 },
        ],
      };
      await updateJob.execute({ id: job.id, backupOptions }, world.admin);
      return { job, first: storage, second };
    }

    test("a copy that one storage could not take is made whole from the other", async () => {
      const { job, first, second } = await twoStorages("replicate", "heal");
      await rename(folder("heal-b"), folder("heal-away"));
      const { executionId } = await runJob.execute({ id: job.id }, world.admin);
      const backup = await ended(executionId);
      expect(backup).toMatchObject({ status: "completed", restorable: true });
      expect(backup.metadata.storage_failures).toMatchObject([{ storage_location_id: second.id }]);
      const told = await world.database.prisma.notification.findMany({ where: { entityId: job.id } });
      expect(told).toMatchObject([{ type: "backup_success", severity: "warning" }]);
      expect(told[0]?.message).toMatch(/heal-b/);
      const statusOf = (found: typeof backup, id: string) =>
        found.copies.find((copy) => copy.storageLocationId === id)?.status;
      expect([statusOf(backup, first.id), statusOf(backup, second.id)]).toEqual(["stored", "failed"]);

      // Still away: the reason is shown, and it can be asked for again.
      await retryUpload.execute({ id: executionId }, world.admin);
      const again = await until("the copy fails again", async () => {
        const found = await getExecution.execute({ id: executionId }, world.admin);
        return statusOf(found, second.id) === "failed" && found;
      });
      const why = again.copies.find((copy) => copy.storageLocationId === second.id)?.errorMessage;
      expect(why).toMatch(/heal-b/);

      await rename(folder("heal-away"), folder("heal-b"));
      await retryUpload.execute({ id: executionId }, world.admin);
      await until("the copy is whole", async () => {
        const found = await getExecution.execute({ id: executionId }, world.admin);
        return statusOf(found, second.id) === "stored";
      });
      expect(await files("heal-b")).toEqual(await files("heal-a"));
      await expect(retryUpload.execute({ id: executionId }, world.admin)).rejects.toMatchObject({
        code: "EXECUTION_NOT_RETRIABLE",
      });
    });

    test.each([
      ["of all copies", false],
      ["of the damaged one", true],
    ])("a damaged copy is told of by a verification %s, and made whole again", async (_, chosen) => {
      const rot = chosen ? "chosen" : "rot";
      const { job, first, second } = await twoStorages("replicate", rot);
      const backup = await ended((await runJob.execute({ id: job.id }, world.admin)).executionId);
      expect(backup.copies.map((copy) => copy.status)).toEqual(["stored", "stored"]);
      const [file = ""] = (await files(`${rot}-a`)).filter((name) => name.endsWith(".zst"));
      const before = await readFile(join(folder(`${rot}-a`), file));
      await truncate(join(folder(`${rot}-a`), file), 100);
      // The fastest copy is looked at first, and no other where it is whole.
      const checkedAt = new Date(Date.now() + 3_600_000);
      await world.database.prisma.storageHealthCheck.createMany({
        data: [first.id, second.id].map((storageLocationId, latencyMs) => {
          return { storageLocationId, latencyMs, checkedAt, status: "ok" as const };
        }),
      });
      const order = { executionId: backup.id, verificationMode: true, confirmationPhrase: "VERIFY RESTORE" };
      if (chosen) {
        const from = { ...order, storageLocationId: first.id };
        const refused = await ended((await restoreBackup.execute(from, world.admin)).executionId);
        expect(refused).toMatchObject({ status: "failed", errorCode: "ARTIFACT_CORRUPT" });
      }
      const verified = await ended((await restoreBackup.execute(order, world.admin)).executionId);
      expect(verified).toMatchObject({ status: "completed", errorMessage: null });

      const look = () => getExecution.execute({ id: backup.id }, world.admin);
      const found = await look();
      expect(found).toMatchObject({ restorable: true, corruptAt: null });
      const byStorage = Object.fromEntries(found.copies.map((copy) => [copy.storageLocationId, copy]));
      expect(byStorage[second.id]).toMatchObject({ status: "stored" });
      expect(byStorage[first.id]).toMatchObject({
        status: "failed",
        errorMessage: expect.stringMatching(/\.zst is damaged: it has 100 bytes/),
      });
      const told = await world.database.prisma.notification.findMany({ where: { entityId: first.id } });
      expect(told).toMatchObject([{ type: "integrity_failed", severity: "critical" }]);

      await retryUpload.execute({ id: backup.id }, world.admin);
      await until("the copy is whole", async () =>
        (await look()).copies.every(({ status }) => status === "stored"),
      );
      expect((await readFile(join(folder(`${rot}-a`), file))).equals(before)).toBe(true);
    });

    test("with fallback the next storage takes the backup when the first is away", async () => {
      const { job, first, second } = await twoStorages("fallback", "fall");
      await rm(folder("fall-a"), { recursive: true });
      const backup = await ended((await runJob.execute({ id: job.id }, world.admin)).executionId);
      expect(backup.status).toBe("completed");
      expect(backup.copies.filter((copy) => copy.status === "stored")).toMatchObject([
        { storageLocationId: second.id },
      ]);
      expect(backup.metadata.storage_failures).toMatchObject([{ storage_location_id: first.id }]);
    });
  },
);
