import { Client } from "pg";
import { createDatabase } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";
import { testIo } from "#lib/engines/contract";
import { postgres } from "#lib/engines/postgres";
import type { PostgresConfig } from "#lib/engines/postgres/config";

const { TEST_POSTGRES_URL: debian, TEST_POSTGRES_NEWER_URL: newer } = process.env;
if (!debian && process.env.CI) throw new Error("CI needs TEST_POSTGRES_URL: a PostgreSQL superuser's URL.");
export const servers = Object.entries({ debian, newer }).filter(
  (server): server is [string, string] => !!server[1],
);

const ROLE = `dg_query_${process.pid}`;

const SOURCE = `
  CREATE TYPE mood AS ENUM ('calm');
  CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL, note text);
  INSERT INTO customers SELECT g, 'c' || g FROM generate_series(1, 50) g;
  CREATE TABLE pair (b int, a int, c numeric(8,2), PRIMARY KEY (a, b));
  CREATE VIEW names AS SELECT name FROM customers;
  CREATE MATERIALIZED VIEW names_once AS SELECT name FROM customers;
  CREATE SCHEMA "Odd "" schema";
  CREATE TABLE "Odd "" schema"."a.b" ("x y" timestamptz, m mood[]);
  CREATE TABLE parted (at date, v int) PARTITION BY RANGE (at);
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-06-01') PARTITION BY RANGE (at);
  CREATE TABLE parted_1_1 PARTITION OF parted_1 FOR VALUES FROM ('2026-01-01') TO ('2026-06-01');
  CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2026-06-01') TO ('2027-01-01');
  INSERT INTO parted SELECT '2026-03-01'::date + g, g FROM generate_series(1, 200) g;
  CREATE SEQUENCE numbers;
  CREATE FUNCTION erase() RETURNS int LANGUAGE sql AS 'DELETE FROM customers; SELECT 1';
  DO $do$ BEGIN -- PostgreSQL 18 refuses such a function to begin with
    CREATE FUNCTION unlock() RETURNS int LANGUAGE plpgsql SET transaction_read_only = off
      AS 'BEGIN DELETE FROM customers; RETURN 1; END';
  EXCEPTION WHEN OTHERS THEN NULL; END $do$;
  CREATE FUNCTION unlock_inside() RETURNS int LANGUAGE plpgsql
    AS 'BEGIN SET TRANSACTION READ WRITE; DELETE FROM customers; RETURN 1; END';
  CREATE FUNCTION ends() RETURNS int LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM customers; RETURN 1; END';
  CREATE TABLE secretive (id int);
  INSERT INTO secretive VALUES (1), (2);
  ALTER TABLE secretive ENABLE ROW LEVEL SECURITY;
  ANALYZE`;

/** A database with everything in it, its owner, who is nobody special, and the server's superuser. */
interface QueriedServer {
  readonly admin: Client;
  readonly owner: PostgresConfig;
  readonly root: PostgresConfig;
  readonly test: ReturnType<typeof testIo>;
  close(): Promise<void>;
}

export async function openQueried(serverUrl: string): Promise<QueriedServer> {
  const database = await createDatabase(serverUrl);
  const root = postgres.config.parse(connectionOf(database.url));
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'word'`);
  await admin.query(`ALTER DATABASE ${root.database} OWNER TO ${ROLE}`);
  await admin.query(`ALTER SCHEMA public OWNER TO ${ROLE}`);
  await admin.query(`SET ROLE ${ROLE}`);
  await admin.query(SOURCE);
  await admin.query("RESET ROLE");
  const test = testIo();
  const close = async () => {
    test.dispose();
    await admin.end();
    await database.drop();
    const end = new Client({ connectionString: serverUrl });
    await end.connect();
    await end.query(`DROP ROLE IF EXISTS ${ROLE}`);
    await end.end();
  };
  return { admin, owner: { ...root, username: ROLE, password: "word" }, root, test, close };
}
