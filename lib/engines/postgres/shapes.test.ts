import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { postgres } from "#lib/engines/postgres";
import { chooseTool, toolDirectories } from "#lib/engines/postgres/tools";

/** For a million rows there and back on a machine that has other work. */
const TIMEOUT_MS = 600_000;

/** One of everything that a database of PostgreSQL may hold. */
const SHAPES = [
  `CREATE TYPE mood AS ENUM ('sad', 'ok', 'with ''quote''');
   CREATE TYPE pair AS (a int, b text);
   CREATE DOMAIN positive AS int CHECK (VALUE > 0)`,
  `CREATE TABLE "select" (
     "primary" bigserial PRIMARY KEY, "with space" smallint, "quote""d" numeric(30, 10), r real, d double precision,
     m money, b boolean, c char(5), v varchar(40), t text, y bytea, dt date, ti time, tz timetz, ts timestamp,
     tsz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml, ip inet, net cidr, mac macaddr, bits bit varying(9),
     p point, l lseg, bx box, pa path, po polygon, ci circle, tv tsvector, tq tsquery, arr int[], arr2 text[][],
     r4 int4range, rd daterange, mr int8multirange, e mood, cp pair, dm positive,
     g int GENERATED ALWAYS AS (length(t)) STORED)`,
  `INSERT INTO "select" ("with space", "quote""d", r, d, m, b, c, v, t, y, dt, ti, tz, ts, tsz, iv, u, j, jb, x, ip, net,
     mac, bits, p, l, bx, pa, po, ci, tv, tq, arr, arr2, r4, rd, mr, e, cp, dm)
   VALUES (-32768, 12345678901234567890.0123456789, 'NaN', '-Infinity', 12.34, true, 'ab', E'tab\\tline\\n\\\\.', '𝄞 日本 é',
     '\\x00ff10', '0044-03-15 BC', '24:00:00', '12:00:00+05:45', 'infinity', '2026-11-21 10:00:00.123456+02',
     '1 year 2 mons -3 days 04:05:06.7', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a" : 1,  "a": 2}', '{"ü": [1, null]}',
     '<a>&amp;</a>', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', B'10101', '(1,2)', '[(0,0),(1,1)]', '((0,0),(1,1))',
     '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(0,0),5>', 'fat cats', 'fat & cat', '{1,NULL,3}', '{{a,b},{c,NULL}}', '[1,5)',
     '[2026-01-01,)', '{[1,3),[7,9)}', 'with ''quote''', '(1,"x,""y")', 7)`,
  `INSERT INTO "select" (t) VALUES (NULL), (''), (repeat('${"x".repeat(50)}', 1048576))`,
  `CREATE TABLE ring_a (id int PRIMARY KEY, b int);
   CREATE TABLE ring_b (id int PRIMARY KEY, a int REFERENCES ring_a DEFERRABLE INITIALLY DEFERRED);
   ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b DEFERRABLE INITIALLY DEFERRED;
   BEGIN; INSERT INTO ring_a VALUES (1, 2); INSERT INTO ring_b VALUES (2, 1); COMMIT`,
  "CREATE TABLE empty (id int)",
  `CREATE TABLE log (id int, was text);
   CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN INSERT INTO log VALUES (NEW.id, 'restored twice?'); RETURN NEW; END $$;
   CREATE TABLE watched (id int PRIMARY KEY);
   INSERT INTO watched VALUES (1);
   CREATE TRIGGER remembers AFTER INSERT ON watched FOR EACH ROW EXECUTE FUNCTION remember();
   CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1'`,
  `CREATE VIEW seen AS SELECT "primary", t FROM "select" WHERE b;
   CREATE VIEW seen_twice AS SELECT * FROM seen;
   CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM watched;
   CREATE RULE hush AS ON DELETE TO empty DO INSTEAD NOTHING;
   CREATE SEQUENCE counted START 42;
   SELECT nextval('counted');
   COMMENT ON TABLE "select" IS 'It''s "quoted"'`,
  `CREATE TABLE million (id int PRIMARY KEY, v text);
   INSERT INTO million SELECT n, md5(n::text) FROM generate_series(1, 1000000) n;
   CREATE INDEX ON million (upper(v)) WHERE id % 2 = 0`,
];

describe.skipIf(!process.env.TEST_POSTGRES_URL)("one of everything (apt-get install postgresql)", () => {
  let source: TestDatabase;
  let target: TestDatabase;
  beforeAll(async () => {
    source = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    target = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    for (const statement of SHAPES) await sql(source.url, statement);
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });

  const config = (database: TestDatabase) => postgres.config.parse(connectionOf(database.url));

  /** The schema as the server's own tool writes it, and a digest of every table's rows. */
  async function contents(database: TestDatabase) {
    const tool = await chooseTool("pg_dump", 15, await toolDirectories());
    const { host, port, database: name, username, password } = config(database);
    // Other tests look for the password in the arguments of every process.
    const schema = execFileSync(tool.path, ["--schema-only"], {
      encoding: "utf8",
      env: {
        ...process.env,
        PGHOST: host,
        PGPORT: `${port}`,
        PGDATABASE: name,
        PGUSER: username,
        PGPASSWORD: password,
      },
    });
    const tables = ['"select"', "ring_a", "ring_b", "empty", "log", "watched", "kept", "million"];
    const digests: unknown[] = [await sql(database.url, "SELECT last_value, is_called FROM counted")];
    for (const table of tables) {
      const rows = `SELECT count(*)::int, md5(string_agg(md5(x::text), '' ORDER BY md5(x::text))) FROM ${table} x`;
      digests.push([table, await sql(database.url, rows)]);
    }
    // Newer clients write a random key there.
    return { schema: schema.replace(/^\\(un)?restrict .*$/gm, ""), digests };
  }

  it(
    "comes back equal by the server's own means, twice",
    async () => {
      const test = testIo();
      const dump = await postgres.dump(config(source), WHOLE_DUMP, test.io);
      const { bytes, facts } = await collect(dump);
      expect(facts.inventory.tables).toMatchObject({ "public.million": 1_000_000, "public.select": 4 });
      const options = { tables: [], parallelJobs: 1, extension: dump.extension, sourceName: null };
      await postgres.restore(config(target), inPieces(bytes), { ...options, dropExisting: false }, test.io);
      const wanted = await contents(source);
      expect(await contents(target)).toEqual(wanted);
      await postgres.restore(config(target), inPieces(bytes), { ...options, dropExisting: true }, test.io);
      expect(await contents(target)).toEqual(wanted);
      expect(test.left()).toEqual([]);
      test.dispose();
    },
    TIMEOUT_MS,
  );
});
