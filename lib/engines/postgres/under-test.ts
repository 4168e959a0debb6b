import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { EngineUnderTest } from "#lib/engines/contract";
import { createPostgresEngine, postgres } from "#lib/engines/postgres";
import { chooseTool, toolDirectories } from "#lib/engines/postgres/tools";
import type { Engine } from "#lib/engines/types";

export const url = process.env.TEST_POSTGRES_URL;
if (url === undefined && process.env.CI)
  throw new Error("CI needs TEST_POSTGRES_URL: a PostgreSQL superuser's URL.");

const SECRET = `p@ss :\\'"/?#%&=$\`~!*(){}[]<>|;, ünï ${"x".repeat(5)}`;
const USER = `odd "user' \\ name`;
const DATABASE = `dg test = 'x' "y" \\ ünï://z`;
export const id = `${process.pid}`;
const server = new URL(url ?? "postgres://localhost/postgres");
const admin = { host: server.hostname, port: Number(server.port || 5432), ssl_enabled: false };
export const config = (database: string) => ({
  ...admin,
  database,
  username: `${USER} ${id}`,
  password: SECRET,
});
export const databases = { source: `${DATABASE} ${id}`, target: `dg target ${id}`, large: `dg large ${id}` };

export async function sql(
  database: string | null,
  ...statements: string[]
): Promise<Record<string, unknown>[]> {
  const client = new Client({
    host: server.hostname,
    port: admin.port,
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    database: database ?? "postgres",
  });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const SCHEMA = [
  "CREATE TABLE plain (id serial PRIMARY KEY, body text UNIQUE)",
  "INSERT INTO plain (body) SELECT repeat(md5(g::text), 20) FROM generate_series(1, 3000) g",
  `CREATE SCHEMA "Odd "" schema"`,
  `CREATE TABLE "Odd "" schema"."*.We|ird? (t)" (id int GENERATED ALWAYS AS IDENTITY, plain_id int REFERENCES plain(id))`,
  `INSERT INTO "Odd "" schema"."*.We|ird? (t)" (plain_id) SELECT g FROM generate_series(1, 17) g`,
  "CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id)",
  "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100)",
  "INSERT INTO parted SELECT g, 'v' FROM generate_series(1, 50) g",
  "CREATE INDEX plain_upper ON plain (upper(body))",
  "CREATE VIEW seen AS SELECT count(*) FROM plain",
  "CREATE TABLE empty (id int)",
];

export async function createAll(): Promise<void> {
  const user = escapeIdentifier(`${USER} ${id}`);
  await sql(null, `CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD ${escapeLiteral(SECRET)}`);
  for (const name of Object.values(databases)) await sql(null, `CREATE DATABASE ${escapeIdentifier(name)}`);
  await sql(databases.source, ...SCHEMA);
  await sql(
    databases.large,
    "CREATE TABLE big AS SELECT g, repeat(md5(g::text), 10) FROM generate_series(1, 120000) g",
  );
}

export async function dropAll(): Promise<void> {
  for (const name of Object.values(databases))
    await sql(null, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  await sql(null, `DROP ROLE IF EXISTS ${escapeIdentifier(`${USER} ${id}`)}`);
}

/** All tables' rows and the indexes, as one comparable value. */
export async function contents(of: object): Promise<unknown> {
  const { database } = of as { database: string };
  const tables = await sql(
    database,
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
  );
  const rows: unknown[] = [];
  for (const { name } of tables) {
    rows.push([
      name,
      ...(await sql(
        database,
        `SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${name} t`,
      )),
    ]);
  }
  const indexes = await sql(
    database,
    "SELECT indexdef FROM pg_indexes WHERE schemaname !~ '^pg_' ORDER BY 1",
  );
  return { rows, indexes };
}

const scratch = mkdtempSync(join(tmpdir(), "dg-tools-"));

/** An engine whose pg_dump is a script around the real one. */
export async function wrapped(name: string, script: (real: string) => string): Promise<Engine> {
  const real = await chooseTool("pg_dump", 15, await toolDirectories());
  const directory = join(scratch, name);
  await import("node:fs/promises").then(({ mkdir }) => mkdir(directory, { recursive: true }));
  const body = `#!/bin/sh\ncase "$1" in --version) exec ${real.path} --version;; esac\n${script(real.path)}\n`;
  writeFileSync(join(directory, "pg_dump"), body);
  chmodSync(join(directory, "pg_dump"), 0o755);
  return createPostgresEngine([directory]);
}

export async function setup(): Promise<EngineUnderTest> {
  await createAll();
  return {
    engine: postgres,
    source: config(databases.source),
    target: config(databases.target),
    large: config(databases.large),
    login: { wrongPassword: { ...config(databases.source), password: "wrong" }, secret: SECRET },
    contents,
    tool: {
      exitsThree: await wrapped("three", (real) => `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`),
      truncates: await wrapped("truncates", (real) => `${real} "$@" | head -c 20000`),
    },
    dispose: async () => {
      await dropAll();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
