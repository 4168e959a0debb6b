import { randomBytes } from "node:crypto";
import pg from "pg";
import { migrate } from "#lib/db/migrate";

/** Copied for every test database, which is many times faster than migrating each. */
export const TEMPLATE = "dg_test_template";

/** A database that belongs to one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

/** A metadata database of its own, with all migrations applied, on the server at TEST_DATABASE_URL. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(urlFrom("TEST_DATABASE_URL"), TEMPLATE);
}

/** An empty database on a server, for example a source to back up on the one at TEST_POSTGRES_URL. */
export async function createDatabase(serverUrl: string, template = "template1"): Promise<TestDatabase> {
  const name = `dg_test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Makes the database that `createTestDatabase` copies. Called once, before the tests. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await onServer(serverUrl, `CREATE DATABASE ${TEMPLATE}`);
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(url.href);
}

/** The URL of a test server; throws where the run did not start it. */
export function urlFrom(name: "TEST_DATABASE_URL" | "TEST_POSTGRES_URL" | "TEST_POSTGRES_NEWER_URL"): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: the test run starts that server, see e2e/servers/start.ts.`);
  return url;
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
