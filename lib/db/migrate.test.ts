import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase, createTestDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { migrate, schemaDrift } from "#lib/db/migrate";
import { type MigrationFiles, PROJECT_FILES } from "#lib/db/schema-engine";

let directory: string;
let database: TestDatabase;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dg-migrate-"));
  database = await createDatabase(urlFrom("TEST_DATABASE_URL"));
});
afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function rows(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

async function copyOfFiles(): Promise<MigrationFiles> {
  await cp("prisma", directory, { recursive: true });
  return { schemaDir: join(directory, "schema"), migrationsDir: join(directory, "migrations") };
}

async function addMigration(files: MigrationFiles, name: string, sql: string): Promise<void> {
  await mkdir(join(files.migrationsDir, name), { recursive: true });
  await writeFile(join(files.migrationsDir, name, "migration.sql"), sql);
}

test("schema and migrations say the same", async () => {
  expect(await schemaDrift(urlFrom("TEST_DATABASE_URL"))).toBe("");
});

test("a changed column and a changed partial index are both noticed", async () => {
  const files = await copyOfFiles();
  const file = join(files.schemaDir, "access.prisma");
  const schema = await readFile(file, "utf8");
  await writeFile(
    file,
    schema
      .replace('where: raw("is_owner")', 'where: raw("is_owner AND enabled")')
      .replace("lastLoginAt  DateTime?", "lastLoginAt  DateTime"),
  );
  const drift = await schemaDrift(urlFrom("TEST_DATABASE_URL"), files);
  expect(drift).toContain("users_one_owner_key");
  expect(drift).toMatch(/"last_login_at" SET NOT NULL/);
});

test("processes that start together all succeed, and each migration runs once", async () => {
  const names = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  const applied = await rows("SELECT migration_name FROM _prisma_migrations ORDER BY 1");
  expect(names.flat().toSorted()).toEqual(applied);
  expect(await migrate(database.url)).toEqual([]);
  expect(await rows("SELECT to_regclass('graphile_worker.migrations')::text")).toEqual([
    "graphile_worker.migrations",
  ]);
});

test("functions and strings with semicolons arrive whole, and a failed script leaves nothing and can be mended", async () => {
  const files = await copyOfFiles();
  await addMigration(
    files,
    "30000101000000_half",
    "CREATE TABLE half (note text DEFAULT 'a;b'); SELECT no_such_function();",
  );
  await expect(migrate(database.url, files)).rejects.toThrow(/no_such_function/);
  expect(await rows("SELECT to_regclass('half')")).toEqual([null]);

  await addMigration(
    files,
    "30000101000000_half",
    `CREATE TABLE half (note text DEFAULT 'a;b');
     CREATE FUNCTION answer() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 42; END $$;`,
  );
  expect(await migrate(database.url, files)).toEqual(["30000101000000_half"]);
  expect(await rows("SELECT answer()")).toEqual([42]);
});

test("a test database is a migrated copy, and two are apart", async () => {
  const [a, b] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  try {
    expect(a.url).not.toBe(b.url);
    expect(await migrate(a.url)).toEqual([]);
    expect(PROJECT_FILES.migrationsDir.endsWith("prisma/migrations")).toBe(true);
  } finally {
    await Promise.all([a.drop(), b.drop()]);
  }
});
