import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#e2e/servers/until";
import type { testIo } from "#lib/engines/contract";
import { postgres } from "#lib/engines/postgres";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { openQueried, servers } from "#lib/engines/postgres/query-under-test";
import type { QueryLimits } from "#lib/engines/types";

const LIMITS: QueryLimits = { maxRows: 1000, timeoutMs: 15_000, maxBytes: 2 * 1024 * 1024 };

describe.skipIf(servers.length === 0).each(servers)("queries on PostgreSQL, %s", (_name, serverUrl) => {
  let admin: Client;
  let owner: PostgresConfig;
  let root: PostgresConfig;
  let test: ReturnType<typeof testIo>;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ admin, owner, root, test, close } = await openQueried(serverUrl));
  });
  afterAll(() => close?.());

  const run = (sql: string, limits: Partial<QueryLimits> = {}, config = owner) =>
    postgres.query?.(config, sql, { ...LIMITS, ...limits }, test.io);
  const failure = async (sql: string, limits: Partial<QueryLimits> = {}, config = owner) => {
    const failed = await run(sql, limits, config)?.then(
      (result) => ({ code: "NONE", message: JSON.stringify(result), details: undefined }),
      (error: { code: string; message: string; details: unknown }) => error,
    );
    expect(failed, sql).toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
    return failed;
  };
  const customers = async () => Number((await admin.query("SELECT count(*) FROM customers")).rows[0].count);
  const running = async (text: string) =>
    (
      await admin.query(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid() AND state = 'active'",
        [`%${text}%`],
      )
    ).rowCount ?? 0;

  it("answers values as JSON, with the types as the server writes them", async () => {
    const result =
      await run(`SELECT 1::int2 AS a, 9007199254740991 AS b, 9007199254740993 AS c, 1.10::numeric(5,2) AS d,
      0.1::float8 AS e, 0.1::float4 AS f, 'NaN'::float8 AS g, '-0'::float8 AS h, true AS i, NULL::text AS j, ''::text AS k,
      '\\x00ff'::bytea AS l, '{"n": 12345678901234567890}'::jsonb AS m, '2026-01-02 03:04:05+00'::timestamptz AT TIME ZONE 'UTC' AS n,
      ARRAY[1,NULL] AS o, 'calm'::mood AS p, 'x'::varchar(40) AS q, 'ü☃'::text AS q`);
    expect(result).toEqual({
      columns: [
        ["a", "smallint"],
        ["b", "bigint"],
        ["c", "bigint"],
        ["d", "numeric(5,2)"],
        ["e", "double precision"],
        ["f", "real"],
        ["g", "double precision"],
        ["h", "double precision"],
        ["i", "boolean"],
        ["j", "text"],
        ["k", "text"],
        ["l", "bytea"],
        ["m", "jsonb"],
        ["n", "timestamp without time zone"],
        ["o", "integer[]"],
        ["p", "mood"],
        ["q", "character varying(40)"],
        ["q", "text"],
      ].map(([name, type]) => ({ name, type })),
      rows: [
        [
          1,
          9007199254740991,
          "9007199254740993",
          "1.10",
          0.1,
          0.1,
          "NaN",
          "-0",
          true,
          null,
          "",
          "\\x00ff",
          '{"n": 12345678901234567890}',
          "2026-01-02 03:04:05",
          "{1,NULL}",
          "calm",
          "x",
          "ü☃",
        ],
      ],
      truncated: false,
    });
  });

  it.each([
    ["TABLE names", 50],
    ["VALUES (1), (2)", 2],
    ["SHOW transaction_read_only", 1],
    ["WITH a AS (SELECT 1) SELECT * FROM a; -- the end", 1],
    ["SELECT", 1],
    ["SELECT 1 WHERE false", 0],
  ])("runs %s", async (sql, count) => {
    const result = await run(sql);
    expect(result?.rows.length).toBe(count);
    expect(result?.truncated).toBe(false);
  });

  it("explains, also with running", async () => {
    const result = await run("EXPLAIN (ANALYZE) SELECT * FROM customers");
    expect(result?.columns).toEqual([{ name: "QUERY PLAN", type: "text" }]);
    expect(String(result?.rows[0]?.[0])).toContain("Seq Scan on customers");
  });

  it("keeps to the number of rows without making the rest", async () => {
    const all = await run("SELECT generate_series(1, 10)", { maxRows: 10 });
    expect([all?.rows.length, all?.truncated]).toEqual([10, false]);
    const cut = await run("SELECT 1 / (500 - g) FROM (SELECT generate_series(1, 1000000000) AS g) AS many", {
      maxRows: 400,
    });
    expect([cut?.rows.length, cut?.truncated]).toEqual([400, true]);
  });

  it("keeps to the number of bytes", async () => {
    const cut = await run("SELECT repeat('x', 1000) FROM generate_series(1, 100)", { maxBytes: 10_500 });
    expect([cut?.rows.length, cut?.truncated]).toEqual([10, true]);
  });

  it("cuts the connection before one value fills the memory", async () => {
    const result = await run("SELECT 1 AS a, repeat('x', 200000000) AS b", { maxBytes: 1000 });
    expect(result).toEqual({
      columns: [
        { name: "a", type: "integer" },
        { name: "b", type: "text" },
      ],
      rows: [],
      truncated: true,
    });
    await until("the statement has ended", async () => (await running("repeat('x', 2000")) === 0);
  });

  it.each([
    "DELETE FROM customers",
    "COMMIT; DELETE FROM customers",
    "SELECT 1; DELETE FROM customers",
    "SELECT 1; COMMIT; DELETE FROM customers",
    "SELECT 1; SELECT 2",
    "WITH gone AS (DELETE FROM customers RETURNING *) SELECT * FROM gone",
    "SELECT * INTO copied FROM customers",
    "SELECT * FROM customers FOR UPDATE",
    "EXPLAIN ANALYZE DELETE FROM customers",
    "EXPLAIN ANALYZE CREATE TABLE copied AS SELECT 1 AS a",
    "EXPLAIN ANALYZE SELECT * INTO copied FROM customers",
    "EXPLAIN ANALYZE CREATE MATERIALIZED VIEW copied AS SELECT 1 AS a",
    "SELECT erase()",
    "SELECT unlock()",
    "SELECT unlock_inside()",
    "SELECT ends()",
    "SELECT nextval('numbers')",
    "SELECT setval('numbers', 7)",
    "SET transaction_read_only = off",
    "SET TRANSACTION READ WRITE",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT set_config('transaction_read_only', 'off', false), erase()",
    "UPDATE pg_settings SET setting = 'off' WHERE name = 'transaction_read_only'",
    "SELECT query_to_xml('DELETE FROM customers', true, true, '')",
    "COPY customers TO STDOUT",
    "COPY (SELECT 1) TO PROGRAM 'cat > /tmp/dg-query-test'",
    "COPY customers FROM STDIN",
    "DO 'BEGIN DELETE FROM customers; END'",
    "CREATE TEMP TABLE t (id int)",
    "SELECT $1",
    "/* nothing */",
    "\u00a0SELECT 1",
  ])("refuses %s, whoever asks", async (sql) => {
    for (const config of [owner, root]) await failure(sql, {}, config);
    expect(await customers()).toBe(50);
    expect((await admin.query("SELECT to_regclass('copied') AS c")).rows).toEqual([{ c: null }]);
  });

  it.each([
    "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/dg-query-test')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_reload_conf()",
  ])("takes a superuser's reach away: %s", async (sql) => {
    await failure(sql, {}, root);
  });

  it("puts a superuser's rights off for the statement", async () => {
    const result = await run("SELECT current_user::text, (SELECT count(*) FROM customers)::int", {}, root);
    expect(result?.rows).toEqual([["pg_read_all_data", 50]]);
    const refused = await failure(
      "SELECT pg_current_logfile() FROM pg_catalog.pg_hba_file_rules()",
      {},
      root,
    );
    expect(refused?.message).toContain("permission denied");
    const hidden = await failure("SELECT * FROM secretive", {}, root);
    expect(hidden?.message).toContain("row-level security");
    expect((await run("SELECT * FROM secretive"))?.rows).toHaveLength(2);
  });

  it("fails in the server's words, and says where", async () => {
    const typo = await failure("SELECT 'ü☃𝔘',\n  nothing FROM customers");
    expect(typo).toMatchObject({
      message: 'column "nothing" does not exist',
      details: { position: 17, line: 2, column: 3 },
    });
    const odd = await failure("SELECT 1 / (g - 2) FROM generate_series(1, 3) g");
    expect(odd?.message).toBe("division by zero");
    const hint = await failure("SELECT nam FROM customers");
    expect(hint?.details).toMatchObject({ hint: expect.stringContaining("customers.name") });
  });

  it("ends what takes too long, and what waits for a lock", async () => {
    const slow = await failure("SELECT pg_sleep(600)", { timeoutMs: 300 });
    expect(slow?.message).toMatch(/^The statement took longer than/);
    await until("nothing sleeps", async () => (await running("pg_sleep(600)")) === 0);
    await admin.query("BEGIN; LOCK customers IN ACCESS EXCLUSIVE MODE");
    const waiting = await failure("SELECT * FROM customers", { timeoutMs: 500 });
    await admin.query("ROLLBACK");
    expect(waiting?.message).toMatch(/took longer/);
  });

  it("ends on the server when nobody waits any more", async () => {
    const abort = new AbortController();
    const io = { ...test.io, signal: abort.signal };
    const asked = postgres.query?.(owner, "SELECT pg_sleep(601)", LIMITS, io);
    await until("it runs", async () => (await running("pg_sleep(601)")) === 1);
    const gone = new Error("gone");
    abort.abort(gone);
    await expect(asked).rejects.toBe(gone);
    await until("it has ended", async () => (await running("pg_sleep(601)")) === 0);
  });

  it("says that the connection failed where that is the trouble", async () => {
    const wrong = run("SELECT 1", {}, { ...owner, password: "other word" });
    await expect(wrong).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(wrong).rejects.not.toThrow(/other word/);
  });
});
