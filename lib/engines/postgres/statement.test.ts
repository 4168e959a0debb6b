import { describe, expect, it } from "vitest";
import { assertReads } from "#lib/engines/postgres/statement";

const refusal = (sql: string): string | null => {
  try {
    assertReads(sql);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
    return (error as Error).message;
  }
};

describe("statements that read", () => {
  it.each([
    "select 1",
    "  \n-- a note\n/* and /* another */ one */ ((SELECT 1))",
    "WITH a AS (SELECT 1) SELECT * FROM a;",
    "values (1)",
    "TABLE t",
    "show work_mem",
    "EXPLAIN (ANALYZE, BUFFERS) SELECT 1",
    "EXPLAIN SELECT \"into\" FROM t WHERE note = 'CREATE'",
    "EXPLAIN DELETE FROM t",
    "SELECT 'set_config(', $$ dblink('x') $$, $x$ lo_export( $$ $x$",
    "SELECT E'it\\'s set_config(', e'\\\\', 'plain \\', 1 -- pg_terminate_backend(",
    `SELECT "the ""lo_export""" FROM t WHERE set_config = 1`,
    "SELECT lo_get(1), pg_sleep(1), pg_table_size('t'), u & 'x' FROM t",
    "SELECT N'n', B'1', X'ff', U&'\\0041'",
  ])("lets %s through", (sql) => {
    expect(refusal(sql)).toBeNull();
  });

  it.each([
    "",
    "-- nothing",
    "DELETE FROM t",
    "/* SELECT */ DROP TABLE t",
    "COPY t TO PROGRAM 'id'",
    "copy (SELECT 1) to '/tmp/x'",
    "DO $$ BEGIN END $$",
    "CALL p()",
    "SET transaction_read_only = off",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "COMMIT; DELETE FROM t",
    "LISTEN x",
    "LOAD 'x'",
    "FETCH 1 FROM c",
    "DECLARE c CURSOR FOR SELECT 1",
    "PREPARE x AS SELECT 1",
    "SELECTION",
    "EXPLAIN ANALYZE CREATE TABLE copied AS SELECT 1",
    "explain analyze\nselect 1\ninto copied",
  ])("turns %s away by its kind", (sql) => {
    expect(refusal(sql)).toMatch(/^Only statements that read/);
  });

  it.each([
    "SELECT set_config('role', 'none', true)",
    "SELECT pg_catalog.SET_CONFIG ('a', 'b', false)",
    `SELECT pg_catalog."set_config"('a', 'b', false)`,
    "SELECT pg_catalog . set_config /* a */ -- b\n ('a', 'b', false)",
    "SELECT * FROM query_to_xml('DELETE FROM t', true, true, '')",
    "SELECT dblink_exec('dbname=x', 'DELETE FROM t')",
    "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/x')",
    "SELECT pg_read_file('/etc/passwd'), pg_ls_dir('/')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT 'a\\', set_config('a', 'b', false), '\\'",
    "SELECT E'a'\n'\\'', set_config('a', 'b', false), ''",
    "SELECT $a$ $b$ $a$, set_config('a', 'b', false), $a$ $a$",
    "SELECT a$$b, set_config('a', 'b', false), c$$d",
    "SELECT \"E\"'a\\', set_config('a', 'b', false), ''",
    "SELECT\u00a0E'\\', set_config('a', 'b', false), ''",
    "SELECT 1/**/, set_config/**/('a', 'b', false)",
    "SELECT '/*', set_config('a', 'b', false), '*/'",
    "SELECT 1 --'\n, set_config('a', 'b', false) --'",
  ])("turns %s away by its function", (sql) => {
    expect(refusal(sql)).toMatch(/\(\) is not allowed here/);
  });

  it("does not read names that are written in escapes", () => {
    expect(refusal(`SELECT U&"set\\005fconfig"('a', 'b', false)`)).toMatch(/^Names written as U&/);
  });

  it("reads a long statement that ends nowhere in one go", () => {
    expect(refusal(`SELECT E'${"''".repeat(40_000)}`)).toBeNull();
    expect(refusal(`SELECT ${"/* ".repeat(30_000)}`)).toBeNull();
    expect(refusal(`SELECT '${"a''\\".repeat(25_000)}`)).toBeNull();
  });
});
