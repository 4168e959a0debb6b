import { describe, expect, it } from "vitest";
import { assertReads } from "#lib/engines/family-mysql/statement";

describe("assertReads", () => {
  it.each([
    "SELECT 1",
    "  ( select 1 )",
    "-- words\n/* more */ SELECT ' INTO OUTFILE '",
    "WITH a AS (SELECT 1) SELECT * FROM a;",
    "show create table `x INTO OUTFILE`",
    "EXPLAIN SELECT 1",
    "SELECT 'it''s', \"a\\\" INTO OUTFILE\" # INTO OUTFILE",
  ])("lets %s through", (sql) => expect(() => assertReads(sql)).not.toThrow());

  it.each([
    "",
    "DELETE FROM t",
    "SET GLOBAL max_connections = 1",
    "BEGIN NOT ATOMIC COMMIT; DELETE FROM t; END",
    "KILL 1",
    "/*! DELETE FROM t */",
    "/*!50000DELETE FROM t */",
    "CALL p()",
    "EXECUTE IMMEDIATE 'COMMIT'",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT 1 INTO/**/DUMPFILE '/tmp/x'",
    "SELECT 1 /*!INTO*/ OUTFILE '/tmp/x'",
    "SELECT 1 /*M!100000 INTO OUTFILE '/tmp/x' */",
    "SELECT '\\'' INTO\nOUTFILE '/tmp/x' -- '",
    "'SELECT' DELETE",
  ])("refuses %s", (sql) => expect(() => assertReads(sql)).toThrow(/read/));
});
