import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { until } from "#e2e/servers/until";
import { startWorker } from "#e2e/servers/worker";
import { connectionOf, createJobFor, createWorld } from "#e2e/servers/world";
import { migrate } from "#lib/db/migrate";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { getExecution } from "#lib/features/executions/queries";

/** An installation of its own: metadata database, one real worker, a local storage. */
export interface BenchProduct {
  /** Backs `database` up through the queue; from the order to the committed execution. */
  backup(
    database: string,
    compression: "zstd" | "gzip",
  ): Promise<{ id: string; seconds: number; rawBytes: number }>;
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

  return {
    backup: async (database, compression) => {
      const key = `${database} ${compression}`;
      const id =
        jobs.get(key) ??
        (
          await createJobFor(world, {
            sourceUrl: urlOf(database),
            options: { compression },
            retention: { max_backups: 1 },
          })
        ).job.id;
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
