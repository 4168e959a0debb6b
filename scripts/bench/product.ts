import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupOptions } from "#lib/core/backup-options";
import { engineFor } from "#lib/engines/registry";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { driverFor } from "#lib/storage/registry";

/** What the parent asks of this process, as JSON in its first argument. */
export interface ProductTask {
  readonly what: "backup" | "restore";
  readonly storage: string;
  readonly compression: "zstd" | "gzip" | "lz4";
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
}

export interface ProductReport {
  readonly peakMiB: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
}

/** One backup or restore in a process of its own, as a worker does it; prints a ProductReport. */
async function main(task: ProductTask): Promise<ProductReport> {
  const { host, port, user, password, database } = task.connection;
  const config = { host, port, username: user, password, database, ssl_enabled: false };
  const engine = engineFor("postgres");
  const adapter = driverFor("local").open(
    { path: task.storage },
    { allowedRoots: [task.storage], isNew: true },
  );
  const tempDirectory = await mkdtemp(join(tmpdir(), "dg-bench-"));
  const io = {
    signal: new AbortController().signal,
    tempDirectory,
    log: () => undefined,
    onProgress: () => undefined,
  };
  const targets = [{ storageLocationId: "bench", adapter }];
  const directory = "bench/bench/run";
  try {
    if (task.what === "backup") {
      const options = backupOptions.parse({ compression: task.compression });
      await adapter.remove("bench");
      const common = {
        executionId: "bench-execution",
        jobId: null,
        createdAt: new Date(),
        stallMs: 300_000,
        metadata: {},
      };
      await runBackup({ ...common, engine, config, options, targets, directory }, io);
    } else {
      const manifest = await readManifest(adapter, directory);
      await runRestore(
        {
          engine,
          config,
          manifest,
          directory,
          sources: targets,
          dropExisting: false,
          tables: [],
          parallelJobs: 1,
        },
        io,
      );
    }
    const manifest = await readManifest(adapter, directory);
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    return { peakMiB, rawBytes: manifest.total_size_bytes, storedBytes: manifest.compressed_size_bytes };
  } finally {
    await rm(tempDirectory, { recursive: true, force: true });
  }
}

process.stdout.write(JSON.stringify(await main(JSON.parse(process.argv[2] ?? "{}") as ProductTask)));
