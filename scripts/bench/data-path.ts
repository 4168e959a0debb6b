import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type BenchServer, ensureDatabase } from "#scripts/bench/database";
import { median, pairs, timed } from "#scripts/bench/measure";
import { startBenchProduct } from "#scripts/bench/product";

export interface Bench {
  readonly directory: string;
  readonly server: BenchServer;
  readonly pairs: number;
}

/** One line of the closing table. */
export interface Row {
  readonly what: string;
  readonly product: string;
  readonly reference: string;
  readonly ratio: string;
  readonly target: string;
}

const REFERENCE = {
  zstd: "pg_dump -Fc -Z0 bench_1 | zstd -3 -T0 -q -c > FILE && sync",
  gzip: "pg_dump -Fc -Z0 bench_1 | gzip > FILE && sync",
} as const;

export const seconds = (value: number) => `${value.toFixed(2)} s`;

/** A backup through queue and worker against the shell's pipeline with the same codec. */
export async function measureBackups(bench: Bench, codec: keyof typeof REFERENCE): Promise<Row> {
  process.stdout.write(`backup ${codec}\n`);
  const product = await startBenchProduct(bench.directory, bench.server.url);
  const file = join(bench.directory, `reference.${codec}`);
  try {
    // Neither the worker's first compilation nor the server's cold cache belongs to the comparison.
    await product.backup("bench_1", codec);
    const result = await pairs(
      bench.pairs,
      () => shell(bench.server, REFERENCE[codec].replace("FILE", `'${file}'`)),
      async () => (await product.backup("bench_1", codec)).seconds,
    );
    const faster = codec === "gzip";
    return {
      what: `backup, ${codec}`,
      product: seconds(result.product),
      reference: seconds(result.reference),
      ratio: faster ? `${(1 / result.ratio).toFixed(2)} x faster` : result.ratio.toFixed(3),
      target: faster ? "at least 1.80 x faster" : "at most 1.10",
    };
  } finally {
    await product.stop();
    await rm(file, { force: true });
  }
}

/** A restore through queue and worker against `zstd -dc | pg_restore`, each into a fresh database. */
export async function measureRestores(bench: Bench): Promise<Row> {
  process.stdout.write("restore\n");
  const { server } = bench;
  const product = await startBenchProduct(bench.directory, server.url);
  const file = join(bench.directory, "reference.zstd");
  const fresh = async () => {
    await server.query("postgres", "DROP DATABASE IF EXISTS bench_target WITH (FORCE)");
    await server.query("postgres", "CREATE DATABASE bench_target TEMPLATE template0");
    await server.query("postgres", "CHECKPOINT");
  };
  try {
    await shell(server, REFERENCE.zstd.replace("FILE", `'${file}'`));
    const { id } = await product.backup("bench_1", "zstd");
    const result = await pairs(
      bench.pairs,
      async () => {
        await fresh();
        return shell(server, `zstd -dc '${file}' | pg_restore --exit-on-error -d bench_target`);
      },
      async () => {
        await fresh();
        return (await product.restore(id, "bench_target")).seconds;
      },
    );
    return {
      what: "restore, zstd",
      product: seconds(result.product),
      reference: seconds(result.reference),
      ratio: result.ratio.toFixed(3),
      target: "at most 1.05",
    };
  } finally {
    await product.stop();
    await server.query("postgres", "DROP DATABASE IF EXISTS bench_target WITH (FORCE)");
    await rm(file, { force: true });
  }
}

/** The worker's peak resident set over three backups, at one and at four times the data. */
export async function measureMemory(bench: Bench): Promise<Row> {
  process.stdout.write("memory\n");
  const peaks: number[] = [];
  for (const units of [1, 4]) {
    const database = await ensureDatabase(bench.server, units);
    const runs: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const product = await startBenchProduct(bench.directory, bench.server.url);
      const { rawBytes } = await product.backup(database, "zstd");
      const peak = await product.peakMiB();
      await product.stop();
      runs.push(peak);
      process.stdout.write(`  ${(rawBytes / 1e9).toFixed(2)} GB: peak ${peak.toFixed(0)} MiB\n`);
    }
    peaks.push(median(runs));
  }
  const [small = 0, large = 0] = peaks;
  return {
    what: "worker's peak RSS, 4 and 1 times the data",
    product: `${large.toFixed(0)} MiB`,
    reference: `${small.toFixed(0)} MiB`,
    ratio: (large / small).toFixed(3),
    target: "at most 248 MiB (260 MB), at most 1.10",
  };
}

export async function shell(server: BenchServer, script: string): Promise<number> {
  const login = {
    PGHOST: server.host,
    PGPORT: String(server.port),
    PGUSER: server.user,
    PGPASSWORD: server.password,
  };
  return (await timed("/bin/sh", ["-c", script], { ...process.env, ...login })).seconds;
}
