import { existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testIo } from "#lib/engines/contract";
import { at, contents, engine, file, make, SHAPES, scratch } from "#lib/engines/sqlite/under-test";

const LIMITS = { maxRows: 100, timeoutMs: 20_000, maxBytes: 100_000 };

beforeAll(() => make("source.db", ...SHAPES));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("questions to a database", () => {
  const ask = async (sql: string, limits: Partial<typeof LIMITS> = {}) => {
    const test = testIo();
    try {
      return await engine.query?.(at("source.db"), sql, { ...LIMITS, ...limits }, test.io);
    } finally {
      test.dispose();
    }
  };

  it("answer in values that JSON can carry", async () => {
    const sql =
      "SELECT 1 AS a, 9223372036854775807 AS b, x'00ff' AS c, NULL AS d, 9e999 AS e, 'ü' AS f, 0.5 AS g";
    expect(await ask(sql)).toMatchObject({
      rows: [[1, "9223372036854775807", "\\x00ff", null, "Infinity", "ü", 0.5]],
      truncated: false,
    });
    expect(await ask("SELECT id FROM plain", { maxRows: 3 })).toEqual({
      columns: [{ name: "id", type: "INTEGER" }],
      rows: [[1], [2], [3]],
      truncated: true,
    });
    expect(await ask("SELECT hex(randomblob(400)) FROM plain", { maxBytes: 1700 })).toMatchObject({
      rows: [[expect.any(String)], [expect.any(String)]],
      truncated: true,
    });
  });

  it("change nothing", async () => {
    const before = await contents(at("source.db"));
    const writes = [
      "DELETE FROM plain",
      "INSERT INTO empty VALUES (1) RETURNING x",
      "PRAGMA query_only = OFF",
      "PRAGMA journal_mode = DELETE",
      `ATTACH '${file("attached.db")}' AS other`,
      `VACUUM INTO '${file("attached.db")}'`,
      "BEGIN",
      "SELECT 1; DELETE FROM plain",
      "CREATE TEMP TABLE t (x)",
      "SELECT load_extension('/tmp/x.so')",
      "SELECT no_such_column FROM plain",
      "",
    ];
    for (const sql of writes) {
      await expect(ask(sql), sql).rejects.toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
    }
    // Byte 18 says how the file is written: 2 for a write-ahead log (SQLite file format, 1.3.4).
    expect(readFileSync(file("source.db"))[18]).toBe(2);
    expect(await contents(at("source.db"))).toEqual(before);
    expect(existsSync(file("attached.db"))).toBe(false);
  });

  it("end when their time is over, also in the middle of one step", async () => {
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    await expect(ask(endless, { timeoutMs: 700 })).rejects.toThrow(/took longer than/);
  });

  it("describe tables, views and columns", async () => {
    const test = testIo();
    const tables = (await engine.schema?.(at("source.db"), test.io)) ?? [];
    test.dispose();
    expect(tables.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "egg table",
      "empty table",
      "hen table",
      "keyed table",
      "million table",
      "plain table",
      "seen view",
      "select table",
      "strict_ table",
      "words table",
    ]);
    expect(tables.find(({ name }) => name === "strict_")?.columns.map(({ name }) => name)).toEqual([
      "i",
      "total",
      "twice",
    ]);
    expect(tables.find(({ name }) => name === "plain")?.columns[0]).toEqual({
      name: "id",
      type: "INTEGER",
      nullable: true,
      primaryKey: true,
    });
  });
});
