import { execFileSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { type BenchServer, ensureDatabase, startBenchServer } from "#scripts/bench/database";
import { median, pairs, timed } from "#scripts/bench/measure";
import type { ProductReport, ProductTask } from "#scripts/bench/product";

/**
 * `npm run bench [-- backup gzip restore memory]`: the data path against the shell pipelines that people use,
 * in interleaved pairs. BENCH_DIRECTORY (.cache/bench) keeps the databases, BENCH_PAIRS (5) sets the pairs.
 */
const directory = resolve(process.env.BENCH_DIRECTORY ?? ".cache/bench");
const pairCount = Number(process.env.BENCH_PAIRS ?? 5);
const chosen = process.argv.slice(2);
const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);
const storage = join(directory, "storage");
const results: { what: string; product: string; reference: string; ratio: string; target: string }[] = [];

function shell(server: BenchServer, script: string) {
  const login = {
    PGHOST: server.host,
    PGPORT: String(server.port),
    PGUSER: server.user,
    PGPASSWORD: server.password,
  };
  return timed("/bin/sh", ["-c", script], { ...process.env, ...login }).then((sample) => sample.seconds);
}

async function product(
  server: BenchServer,
  task: Omit<ProductTask, "connection" | "storage">,
  database: string,
) {
  const { host, port, user, password } = server;
  const full: ProductTask = { ...task, storage, connection: { host, port, user, password, database } };
  const sample = await timed(
    process.execPath,
    ["scripts/bench/product.ts", JSON.stringify(full)],
    process.env,
  );
  return { seconds: sample.seconds, report: JSON.parse(sample.output) as ProductReport };
}

async function compareBackups(
  server: BenchServer,
  compression: "zstd" | "gzip",
  script: string,
  target: string,
) {
  process.stdout.write(`backup ${compression}\n`);
  const database = await ensureDatabase(server, 1);
  const file = join(directory, `reference.${compression}`);
  const result = await pairs(
    pairCount,
    () => shell(server, script.replaceAll("DB", database).replaceAll("FILE", `'${file}'`)),
    async () => (await product(server, { what: "backup", compression }, database)).seconds,
  );
  const ratio =
    compression === "gzip" ? `${(1 / result.ratio).toFixed(2)} times as fast` : result.ratio.toFixed(3);
  results.push({
    what: `backup, ${compression}`,
    product: `${result.product.toFixed(2)} s`,
    reference: `${result.reference.toFixed(2)} s`,
    ratio,
    target,
  });
}

async function compareRestores(server: BenchServer): Promise<void> {
  process.stdout.write("restore\n");
  const database = await ensureDatabase(server, 1);
  const file = join(directory, "reference.zstd");
  await shell(server, `pg_dump -Fc -Z0 ${database} | zstd -3 -T0 -q -f -o '${file}'`);
  await product(server, { what: "backup", compression: "zstd" }, database);
  const fresh = async () => {
    await server.query("postgres", "DROP DATABASE IF EXISTS bench_target WITH (FORCE)");
    await server.query("postgres", "CREATE DATABASE bench_target TEMPLATE template0");
    await server.query("postgres", "CHECKPOINT");
  };
  const result = await pairs(
    pairCount,
    async () => {
      await fresh();
      return shell(server, `zstd -dc '${file}' | pg_restore --exit-on-error -d bench_target`);
    },
    async () => {
      await fresh();
      return (await product(server, { what: "restore", compression: "zstd" }, "bench_target")).seconds;
    },
  );
  await server.query("postgres", "DROP DATABASE IF EXISTS bench_target WITH (FORCE)");
  results.push({
    what: "restore, zstd",
    product: `${result.product.toFixed(2)} s`,
    reference: `${result.reference.toFixed(2)} s`,
    ratio: result.ratio.toFixed(3),
    target: "at most 1.05",
  });
}

async function measureMemory(server: BenchServer): Promise<void> {
  process.stdout.write("memory\n");
  const peaks: number[] = [];
  for (const units of [1, 4]) {
    const database = await ensureDatabase(server, units);
    const runs: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const { report } = await product(server, { what: "backup", compression: "zstd" }, database);
      runs.push(report.peakMiB);
      process.stdout.write(
        `  ${(report.rawBytes / 1e9).toFixed(2)} GB: peak ${report.peakMiB.toFixed(0)} MiB\n`,
      );
    }
    peaks.push(median(runs));
  }
  const [small = 0, large = 0] = peaks;
  results.push({
    what: "peak RSS at 4 and 1 times the data",
    product: `${large.toFixed(0)} MiB`,
    reference: `${small.toFixed(0)} MiB`,
    ratio: (large / small).toFixed(3),
    target: "at most 260 MB, at most 1.10",
  });
}

const firstLine = (file: string, ...args: string[]) =>
  execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
    .trim()
    .split("\n")[0] ?? "";

await mkdir(directory, { recursive: true });
const server = await startBenchServer(directory);
try {
  process.stdout.write(
    `${cpus()[0]?.model}, ${availableParallelism()} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ` +
      `Node ${process.version}; PostgreSQL ${server.version}; ${firstLine("pg_dump", "--version")}; ` +
      `${firstLine("zstd", "--version")}\n`,
  );
  if (wanted("backup")) {
    await compareBackups(
      server,
      "zstd",
      "pg_dump -Fc -Z0 DB | zstd -3 -T0 -q -c > FILE && sync",
      "at most 1.10",
    );
  }
  if (wanted("gzip")) {
    await compareBackups(
      server,
      "gzip",
      "pg_dump -Fc -Z0 DB | gzip > FILE && sync",
      "at least 1.8 times as fast",
    );
  }
  if (wanted("restore")) await compareRestores(server);
  if (wanted("memory")) await measureMemory(server);
  // biome-ignore lint/suspicious/noConsole: a table for the person who started this
  console.table(results);
} finally {
  await server.stop();
  await rm(storage, { recursive: true, force: true });
  for (const name of ["zstd", "gzip"]) await rm(join(directory, `reference.${name}`), { force: true });
}
