/**
 * `npm run bench [-- backup gzip restore memory storages pages]`: the product against the shell pipelines that people
 * use, in interleaved pairs. BENCH_DIRECTORY (.cache/bench) keeps the databases, BENCH_PAIRS (5) sets the pairs.
 */
import { execFileSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";

const directory = resolve(process.env.BENCH_DIRECTORY ?? ".cache/bench");
// Read before anything of the product is loaded: its settings are the bench's own.
Object.assign(process.env, {
  DATA_DIR: join(directory, "data"),
  LOCAL_STORAGE_ROOT_PATH: join(directory, "data", "backups"),
  LOG_LEVEL: "warn",
});
const { ensureDatabase, startBenchServer } = await import("#scripts/bench/database");
const { measureBackups, measureMemory, measureRestores } = await import("#scripts/bench/data-path");
const { measureStorages } = await import("#scripts/bench/storages");
const { measurePages } = await import("#scripts/bench/pages");

const chosen = process.argv.slice(2);
const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);
const firstLine = (file: string) =>
  execFileSync(file, ["--version"], { encoding: "utf8" }).trim().split("\n")[0];

await mkdir(directory, { recursive: true });
const server = await startBenchServer(directory);
const bench = { directory, server, pairs: Number(process.env.BENCH_PAIRS ?? 5) };
try {
  process.stdout.write(
    `${cpus()[0]?.model}, ${availableParallelism()} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ` +
      `Node ${process.version}; PostgreSQL ${server.version}; ${firstLine("pg_dump")}; ${firstLine("zstd")}\n`,
  );
  const rows = [];
  if (["backup", "gzip", "restore", "memory", "storages"].some(wanted)) await ensureDatabase(server, 1);
  if (wanted("backup")) rows.push(await measureBackups(bench, "zstd"));
  if (wanted("gzip")) rows.push(await measureBackups(bench, "gzip"));
  if (wanted("restore")) rows.push(await measureRestores(bench));
  if (wanted("memory")) rows.push(await measureMemory(bench));
  if (wanted("storages")) rows.push(...(await measureStorages(bench)));
  if (wanted("pages")) rows.push(...(await measurePages(bench)));
  const head = { what: "what", product: "product", reference: "reference", ratio: "ratio", target: "target" };
  for (const row of [head, ...rows]) {
    process.stdout.write(
      `${row.what.padEnd(38)} ${row.product.padStart(10)} ${row.reference.padStart(10)} ${row.ratio.padStart(12)}  ${row.target}\n`,
    );
  }
} finally {
  await server.stop();
  await rm(join(directory, "data"), { recursive: true, force: true });
}
