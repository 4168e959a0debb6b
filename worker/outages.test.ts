import { createHash, randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MinioServer, startMinio } from "#e2e/servers/minio";
import { createBucket } from "#e2e/servers/minio-bucket";
import { type Sshd, startSshd } from "#e2e/servers/sshd";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createWorld, type World } from "#e2e/servers/world";
import { createJob } from "#lib/features/backup-jobs/create-job";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { getExecution } from "#lib/features/executions/queries";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { openStorage } from "#lib/features/storage-locations/open-storage";

const MIB = 1024 * 1024;
const SOURCE_MIB = 1024;
/** Long enough that every open connection has noticed. */
const OUTAGE_MS = 5000;

describe.skipIf(!process.env.TEST_MINIO_URL || !process.env.TEST_SSHD_URL)(
  "a storage that goes away in the middle of 1 GB (install Go for MinIO; apt-get install openssh-server, as root)",
  () => {
    let world: World;
    let worker: WorkerProcess;
    let directory: string;
    let sourceId: string;
    let minio: MinioServer;
    let sshd: Sshd;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "dg-outages-"));
      world = await createWorld();
      const path = join(world.storageRoot, "source");
      await mkdir(path);
      await fill(join(path, "big.bin"));
      const input = { name: "Big file", type: "files", connectionConfig: { source_path: path } };
      sourceId = (await createDatasource.execute(input, world.admin)).id;
      const started = await Promise.all([
        startMinio(join(directory, "s3")),
        startSshd(join(directory, "ssh")),
      ]);
      if (!started[0] || !started[1]) throw new Error("MinIO or sshd does not start.");
      [minio, sshd] = started;
      worker = await startWorker(world.url);
    });
    afterAll(async () => {
      worker.kill("SIGTERM");
      await worker.exited;
      await Promise.all([minio.stop(), sshd.stop()]);
      await world.close();
      await rm(directory, { recursive: true, force: true });
    });

    async function fill(file: string): Promise<void> {
      const handle = await open(file, "wx");
      const block = randomFillSync(Buffer.alloc(32 * MIB));
      for (let written = 0; written < SOURCE_MIB; written += 32) {
        block.writeUInt32LE(written, 0);
        await handle.write(block);
      }
      await handle.close();
    }

    /** Runs a backup to the storage, takes that away after a third, gives it back, and checks what lies there. */
    async function survive(
      storage: { type: string; config: Record<string, unknown> },
      stop: () => Promise<void>,
      start: () => Promise<void>,
    ): Promise<void> {
      const name = `To ${storage.type}`;
      const { id: storageLocationId } = await createStorage.execute({ name, ...storage }, world.admin);
      const job = await createJob.execute(
        {
          name,
          datasourceId: sourceId,
          storageLocationId,
          scheduleCron: "0 3 1 1 *",
          backupOptions: { compression: "none" },
        },
        world.admin,
      );
      const { executionId: id } = await runJob.execute({ id: job.id }, world.admin);
      const look = () => getExecution.execute({ id }, world.admin);
      await until("a third is on its way", async () => {
        const { status, progress, errorMessage } = await look();
        if (status === "failed") throw new Error(errorMessage ?? "");
        return (progress?.bytesWritten ?? 0) > (SOURCE_MIB / 3) * MIB;
      });
      await stop();
      await pause(OUTAGE_MS);
      expect((await look()).status).toBe("running");
      await start();
      const backup = await until(
        "the backup ends",
        async () => {
          const found = await look();
          return found.finishedAt !== null && found;
        },
        180_000,
      );
      expect(backup).toMatchObject({ status: "completed", errorMessage: null });
      const row = await world.database.prisma.storageLocation.findUniqueOrThrow({
        where: { id: storageLocationId },
      });
      const adapter = openStorage(row);
      const hash = createHash("sha256");
      const signal = AbortSignal.timeout(120_000);
      for await (const chunk of await adapter.get(backup.backupPath ?? "", { signal })) hash.update(chunk);
      await adapter.close();
      expect(`sha256:${hash.digest("hex")}`).toBe(backup.metadata.checksum);
      expect(backup.sizeBytes ?? 0n).toBeGreaterThan(BigInt(SOURCE_MIB * MIB));
    }

    test("MinIO dies and comes back", async () => {
      const bucket = await createBucket(minio.url);
      const config = {
        endpoint: `127.0.0.1:${minio.port}`,
        bucket: bucket.name,
        access_key: minio.accessKey,
        secret_key: minio.secretKey,
        use_ssl: false,
      };
      await survive({ type: "minio", config }, minio.kill, minio.restart);
    }, 300_000);

    test("sshd dies with all its sessions and comes back", async () => {
      const config = {
        host: "127.0.0.1",
        port: sshd.port,
        username: sshd.username,
        password: sshd.password,
        remote_path: "backups",
      };
      await survive({ type: "ssh", config }, sshd.stop, sshd.start);
    }, 300_000);
  },
);
