import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { until } from "#e2e/servers/until";
import { startWorker } from "#e2e/servers/worker";
import { connectionOf, createJobFor, createWorld } from "#e2e/servers/world";
import { migrate } from "#lib/db/migrate";
import { env } from "#lib/env";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { getExecution } from "#lib/features/executions/queries";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { compileWorker } from "#scripts/worker-command";

/** An installation of its own: metadata database, one real worker, a local storage. */
export interface BenchProduct {
  /** Backs `database` up through the queue; from the order to the committed execution. */
  backup(
    database: string,
    compression: "zstd" | "gzip",
    /** Storages of `addStorage`, all at once; default: a local folder. */
    storageIds?: readonly string[],
  ): Promise<{ id: string; seconds: number; rawBytes: number }>;
  /** Sets up one more storage and answers its id. */
  addStorage(type: string, config: Record<string, unknown>): Promise<string>;
  /** Restores a backup into `database` through the queue. */
  restore(backupId: string, database: string): Promise<{ seconds: number }>;
  /** The worker's largest resident set so far, in MiB (VmHWM, proc(5)). */
  peakMiB(): Promise<number>;
  stop(): Promise<void>;
}

/** `serverUrl` names the server with the databases; everything else lies under `directory`. */
export async function startBenchProduct(directory: string, serverUrl: string): Promise<BenchProduct> {
  await mkdir(directory, { recursive: true });
  const home = await mkdtemp(join(directory, "product-"));
  const metadata = await startPostgresNewer(home);
  await migrate(metadata.url);
  const world = await createWorld(metadata.url);
  await compileWorker(env().DATA_DIR);
  const worker = await startWorker(world.url, { NODE_ENV: "production" });
  const jobs = new Map<string, string>();
  const urlOf = (database: string) => Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;

  const finish = async (order: () => Promise<{ executionId: string }>) => {
    const { executionId } = await order();
    const ended = await until(
      "the execution ends",
      async () => {
        const found = await getExecution.execute({ id: executionId }, world.admin);
        return ["completed", "failed", "cancelled"].includes(found.status) && found;
      },
      3_600_000,
    );
    if (ended.status !== "completed") throw new Error(ended.errorMessage ?? ended.status);
    // By the database's clock, from the order to the commit: how often we looked does not count.
    const seconds = ((ended.finishedAt?.getTime() ?? Number.NaN) - ended.createdAt.getTime()) / 1000;
    return { id: executionId, seconds, rawBytes: Number(ended.sizeBytes ?? 0) };
  };

  const addJob = async (database: string, compression: string, storageIds: readonly string[]) => {
    const sourceUrl = urlOf(database);
    const { job } = await createJobFor(world, {
      sourceUrl,
      options: { compression },
      retention: { max_backups: 1 },
    });
    const [storageLocationId] = storageIds;
    if (storageLocationId === undefined) return job.id;
    const backupOptions = {
      compression,
      storage_strategy: "replicate",
      storage_targets: storageIds.map((id, order) => ({ storage_location_id: id, order })),
    };
    await updateJob.execute({ id: job.id, storageLocationId, backupOptions }, world.admin);
    return job.id;
  };

  return {
    addStorage: async (type, config) => {
      const name = `${type} ${crypto.randomUUID()}`;
      return (await createStorage.execute({ name, type, config }, world.admin)).id;
    },
    backup: async (database, compression, storageIds = []) => {
      const key = [database, compression, ...storageIds].join(" ");
      const id = jobs.get(key) ?? (await addJob(database, compression, storageIds));
      jobs.set(key, id);
      return finish(() => runJob.execute({ id }, world.admin));
    },
    restore: async (backupId, database) => {
      const connectionConfig = connectionOf(urlOf(database));
      const name = `Target ${crypto.randomUUID()}`;
      const target = await createDatasource.execute(
        { name, type: "postgres", connectionConfig },
        world.admin,
      );
      const input = {
        executionId: backupId,
        targetDatasourceId: target.id,
        dropExisting: false,
        confirmationPhrase: "RESTORE",
      };
      return finish(() => restoreBackup.execute(input, world.admin));
    },
    peakMiB: async () => {
      const status = await readFile(`/proc/${worker.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    stop: async () => {
      worker.kill("SIGTERM");
      await worker.exited;
      await world.close();
      await metadata.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
