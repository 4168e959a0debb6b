/** `npm run migrate -- create <name> | apply | check`: the migrations of the metadata database. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "#lib/db/embedded";
import { migrate, schemaDrift } from "#lib/db/migrate";
import { PROJECT_FILES } from "#lib/db/schema-engine";
import { env } from "#lib/env";

const USAGE = `usage: npm run migrate -- create <name>   write what the schema has and the migrations have not
       npm run migrate -- apply           bring DATABASE_URL to the newest schema
       npm run migrate -- check           fail when schema and migrations differ\n`;

async function main(command: string | undefined, name: string | undefined): Promise<number> {
  if (command === "create" && name && /^[a-z0-9_]+$/.test(name)) return create(name);
  if (command === "apply") return apply();
  if (command === "check") return check();
  process.stderr.write(USAGE);
  return 64;
}

async function create(name: string): Promise<number> {
  const sql = await onScratchServer(schemaDrift);
  if (sql === "") {
    process.stdout.write("The migrations already say all that the schema says.\n");
    return 0;
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const directory = join(PROJECT_FILES.migrationsDir, `${stamp}_${name}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "migration.sql"), sql);
  await writeFile(join(PROJECT_FILES.migrationsDir, "migration_lock.toml"), 'provider = "postgresql"\n');
  process.stdout.write(
    `Wrote prisma/migrations/${stamp}_${name}/migration.sql; read it before you commit it.\n`,
  );
  return 0;
}

async function apply(): Promise<number> {
  const url = env().DATABASE_URL;
  if (!url) {
    process.stderr.write("DATABASE_URL is not set; the embedded database is migrated by `npm start`.\n");
    return 78;
  }
  const applied = await migrate(url);
  process.stdout.write(applied.length === 0 ? "Nothing to apply.\n" : `Applied ${applied.join(", ")}.\n`);
  return 0;
}

async function check(): Promise<number> {
  const sql = await onScratchServer(schemaDrift);
  if (sql === "") {
    process.stdout.write("Schema and migrations agree.\n");
    return 0;
  }
  process.stderr.write(`The migrations lack this (npm run migrate -- create <name>):\n${sql}\n`);
  return 1;
}

/** Runs `work` against a server that exists for this purpose only. */
async function onScratchServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), "dataguardian-migrate-"));
  const server = await startEmbedded({ dataDir, settings: { fsync: "off" } });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv[2], process.argv[3]);
