import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { type MysqlConfig, mysqlConfig } from "#lib/engines/family-mysql/config";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import { numbers, SERVERS, type TestServer } from "#lib/engines/family-mysql/test-server";
import type { QueryLimits } from "#lib/engines/types";

const id = process.pid;
const database = `dg read ' ${id}`;
const LIMITS: QueryLimits = { maxRows: 5, timeoutMs: 20_000, maxBytes: 10_000 };

function suite(server: TestServer): void {
  const own = createFamilyEngine(server.flavour);
  const other = createFamilyEngine(server.flavour === "mysql" ? "mariadb" : "mysql");
  const config = server.config(database);
  /** Where the servers say or do the same in different words. */
  const by = <T>(of: { mariadb: T; mysql: T }) => of[server.flavour];

  async function asked(statement: string, limits: Partial<QueryLimits> = {}) {
    const test = testIo();
    try {
      if (own.query === undefined) throw new Error("no queries");
      return await own.query(config, statement, { ...LIMITS, ...limits }, test.io);
    } finally {
      test.dispose();
    }
  }

  /** Probes and dumps. */
  async function encrypted(change: Partial<MysqlConfig>) {
    const test = testIo();
    try {
      await expect(probed(change)).resolves.toBeDefined();
      const { facts } = await collect(await own.dump({ ...config, ...change }, WHOLE_DUMP, test.io));
      expect(facts.inventory.tables).toEqual({ big: 30_000, t: 2 });
    } finally {
      test.dispose();
    }
  }

  async function probed(change: Partial<MysqlConfig>, engine = own) {
    const test = testIo();
    try {
      return { report: await engine.probe({ ...config, ...change }, test.io), lines: test.lines };
    } finally {
      test.dispose();
    }
  }
  describe.skipIf(server.url === undefined)(server.title, () => {
    const ca = () => readFileSync(server.caFile ?? "", "utf8");

    beforeAll(async () => {
      await server.createUser();
      await server.createDatabase(
        database,
        "CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, `a b` VARCHAR(40) NOT NULL, bin VARBINARY(9), de DECIMAL(20,4))",
        "INSERT INTO t VALUES (1, 'ü🐘', 0x00FF, 1.5), (18446744073709551615, '', NULL, NULL)",
        "CREATE VIEW v AS SELECT id FROM t",
        ...by({ mariadb: ["CREATE SEQUENCE s"], mysql: [] }),
        `CREATE TABLE big AS SELECT seq AS id, REPEAT('x', 1000) AS body FROM ${numbers(server.flavour, 30_000)}`,
        // The server counts by itself only later.
        "ANALYZE TABLE big",
      );
    });
    afterAll(async () => {
      await server.dropDatabase(database);
      await server.dropUser();
    });

    it("answers values as JSON has them", async () => {
      const result = await asked("SELECT *, 0.5e0 AS f, CAST('2024-02-29' AS DATE) AS d FROM t ORDER BY id;");
      expect(result.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
        "id bigint",
        "a b varchar",
        "bin varbinary",
        "de decimal",
        "f double",
        "d date",
      ]);
      expect(result.rows).toEqual([
        [1, "ü🐘", "\\x00ff", "1.5000", 0.5, "2024-02-29"],
        ["18446744073709551615", "", null, null, 0.5, "2024-02-29"],
      ]);
      expect(result.truncated).toBe(false);
    });

    it("stops at its limits", async () => {
      const rows = await asked("SELECT * FROM big", { maxRows: 3, maxBytes: 1e6 });
      expect([rows.rows.length, rows.truncated]).toEqual([3, true]);
      const bytes = await asked("SELECT * FROM big", { maxRows: 1000 });
      expect([bytes.rows.length, bytes.truncated]).toEqual([9, true]);
      const one = await asked("SELECT REPEAT('x', 50000000)");
      expect(one).toMatchObject({ rows: [], truncated: true });
      const exact = await asked("SELECT 1 UNION SELECT 2", { maxRows: 2 });
      expect(exact.truncated).toBe(false);
    });

    it("ends at the server what takes too long", async () => {
      const slow = asked("SELECT COUNT(*) FROM big a, big b, big c WHERE a.id + b.id * c.id < 0", {
        timeoutMs: 300,
      });
      await expect(slow).rejects.toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
      await expect(slow).rejects.toThrow(
        by({ mariadb: /max_statement_time/, mysql: /maximum statement execution time/ }),
      );
    });

    it.each([
      ["DELETE FROM t", /Only statements that read/],
      ["SELECT 1; DELETE FROM t", /syntax/],
      ["WITH x AS (SELECT 1) DELETE FROM t", /./],
      by({
        mariadb: ["SELECT NEXTVAL(s)", /READ ONLY/],
        mysql: ["SELECT id FROM t INTO DUMPFILE '/tmp/dg'", /that read/],
      }),
      ["SELECT nothing", /Unknown column/],
      ["SELECT 1 INTO OUTFILE '/tmp/dg-out'", /Only statements that read/],
    ])("refuses %s", async (statement, words) => {
      const refused = asked(statement);
      await expect(refused).rejects.toMatchObject({ code: "QUERY_EXECUTION_FAILED" });
      await expect(refused).rejects.toThrow(words);
      expect(await server.sql(database, "SELECT COUNT(*) AS n FROM t")).toEqual([{ n: 2 }]);
    });

    it("describes tables and views", async () => {
      const test = testIo();
      const schema = (await own.schema?.(config, test.io)) ?? [];
      expect(schema.map(({ name, kind }) => [name, kind])).toEqual([
        ["big", "table"],
        ["t", "table"],
        ["v", "view"],
      ]);
      expect(schema[0]?.sizeBytes).toBeGreaterThan(1_000_000);
      expect(schema[0]?.rowsEstimate).toBeGreaterThan(1000);
      expect(schema[1]?.columns.slice(0, 2)).toEqual([
        {
          name: "id",
          type: by({ mariadb: "bigint(20) unsigned", mysql: "bigint unsigned" }),
          nullable: false,
          primaryKey: true,
        },
        { name: "a b", type: "varchar(40)", nullable: false, primaryKey: false },
      ]);
      test.dispose();
    });

    it.runIf(server.flavour === "mysql")("tells a size as it is, not as it was", async () => {
      const size = async () => Number((await probed({})).report.details.database_size_bytes);
      await server.sql(database, "CREATE TABLE grown (v VARCHAR(1000))");
      const before = await size();
      const rows = `SELECT REPEAT('x', 1000) FROM ${numbers(server.flavour, 10_000)}`;
      await server.sql(database, `INSERT INTO grown ${rows}`);
      // The server counts its pages a little later.
      await expect.poll(size, { timeout: 30_000 }).toBeGreaterThan(before + 5_000_000);
      await server.sql(database, "DROP TABLE grown");
    });

    it("lists the databases of people, not the server's", async () => {
      const test = testIo();
      const temporary = `dg_verify_${id}`;
      await server.createDatabase(temporary);
      const names = (await own.databases?.list({ ...config, database: "absent" }, test.io)) ?? [];
      await server.dropDatabase(temporary);
      expect(names).not.toContain(temporary);
      expect(names).toContain(database);
      for (const own of ["mysql", "sys", "information_schema", "performance_schema"])
        expect(names).not.toContain(own);
      expect(own.databases?.select(config, "other").database).toBe("other");
      test.dispose();
    });

    it("tells the flavour, and where the type is another", async () => {
      const { report, lines } = await probed({});
      expect(report.serverVersion).toMatch(
        by({ mariadb: /^\d+\.\d+\.\d+ \(MariaDB\)$/, mysql: /^\d+\.\d+\.\d+ \(MySQL\)$/ }),
      );
      expect(report.details.server_uptime).toBeGreaterThanOrEqual(0);
      expect(report.details.active_connections).toBeGreaterThan(0);
      expect(report.details.database_size_bytes).toBeGreaterThan(1_000_000);
      expect(lines).toEqual([]);
      const mistaken = await probed({}, other);
      expect(mistaken.lines.join()).toMatch(
        by({
          mariadb: /type mysql, but the server is MariaDB/,
          mysql: /type mariadb, but the server is MySQL/,
        }),
      );
    });

    it("uses TLS without a check where no CA is given", () => encrypted({ ssl_enabled: true }));

    it.skipIf(server.caFile === undefined)("checks the server by the given CA, and its name", async () => {
      await encrypted({ ssl_enabled: true, ssl_ca: ca() });
      const name = probed({ ssl_enabled: true, ssl_ca: ca(), host: "localhost" });
      await expect(name).rejects.toThrow(/another host name|not signed|could not be verified/);
    });

    it.each([
      [{ database: "no such database" }, "does not exist", "error"],
      [{ username: "nobody here" }, "wrong", "auth_failed"],
      [{ port: 1 }, "refused", "unreachable"],
      [{ host: "no-such-host.invalid" }, /unknown|looked up/, "unreachable"],
    ])("says precisely why %o cannot work", async (change, message, reason) => {
      const refused = probed(change);
      await expect(refused).rejects.toMatchObject({ code: "CONNECTION_FAILED", details: { reason } });
      await expect(refused).rejects.toThrow(message);
    });
  });
}

for (const server of SERVERS) suite(server);

describe("config of MySQL and MariaDB", () => {
  const good = { host: "db.example.org", database: "d", username: "u" };
  it.each([
    [{}, true],
    [{ password: `p@ss "\\'# ünï` }, true],
    [{ password: "x".repeat(2000) }, false],
    [{ password: "line\nbreak" }, false],
    [{ host: "db;--protocol=SOCKET" }, false],
    [{ host: "/run/mysqld" }, false],
    [{ database: "a\nb" }, false],
  ])("%j: %s", (change, ok) => expect(mysqlConfig.safeParse({ ...good, ...change }).success).toBe(ok));
});
