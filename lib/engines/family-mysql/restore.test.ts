import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#e2e/servers/until";
import { backupOptions } from "#lib/core/backup-options";
import { collect, inPieces, testIo, testMemory, WHOLE_DUMP } from "#lib/engines/contract";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import { large, numbers, SERVERS, type TestServer } from "#lib/engines/family-mysql/test-server";
import type { DumpOptions, RestoreOptions } from "#lib/engines/types";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runVerification } from "#lib/pipeline/verify";
import { local } from "#lib/storage/local";

const id = process.pid;
const database = `dg own ${id}`;
const target = `dg own target ${id}`;
const all: RestoreOptions = {
  dropExisting: false,
  tables: [],
  parallelJobs: 1,
  extension: ".sql",
  sourceName: database,
};

const SCHEMA = [
  "CREATE TABLE one (id INT PRIMARY KEY, v VARCHAR(9))",
  "INSERT INTO one VALUES (1, 'a'), (2, '(b')",
  'CREATE TABLE `a.b c\'s "q" %_` (id INT, one_id INT, FOREIGN KEY (one_id) REFERENCES one (id))',
  'INSERT INTO `a.b c\'s "q" %_` VALUES (1, 2)',
  "CREATE TABLE loose (id INT) ENGINE=MyISAM",
  "CREATE VIEW seen AS SELECT * FROM one",
  "CREATE TRIGGER made BEFORE INSERT ON one FOR EACH ROW SET NEW.v = CONCAT(NEW.v, '!')",
  "CREATE PROCEDURE p() SELECT 1",
  "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM one",
];
const odd = `a.b c's "q" %_`;

function suite(server: TestServer): void {
  const { sql, createDatabase, dropDatabase, createUser, dropUser, contents, config: configOf } = server;
  const engine = createFamilyEngine(server.flavour);
  const config = configOf(database);

  async function dumped(of: MysqlConfig = config, options: Partial<DumpOptions> = {}) {
    const test = testIo();
    try {
      const result = await collect(await engine.dump(of, { ...WHOLE_DUMP, ...options }, test.io));
      return { ...result, lines: test.lines };
    } finally {
      test.dispose();
    }
  }

  async function restored(bytes: Buffer, options: Partial<RestoreOptions> = {}, into = configOf(target)) {
    const test = testIo();
    try {
      await engine.restore(into, inPieces(bytes), { ...all, ...options }, test.io);
      expect(test.left()).toEqual([]);
      return test.lines;
    } finally {
      test.dispose();
    }
  }

  const names = async (of: string) =>
    (await sql(of, "SHOW TABLES")).map((row) => Object.values(row)[0]).toSorted();

  describe.skipIf(server.url === undefined)(server.title, () => {
    beforeAll(async () => {
      await createUser();
      await createDatabase(database, ...SCHEMA);
      await createDatabase(target);
    });
    afterAll(async () => {
      for (const name of [database, target]) await dropDatabase(name);
      await dropUser();
    });

    it("takes names of tables literally, and of views too", async () => {
      const tables = async (options: object) =>
        Object.keys((await dumped(config, options)).facts.inventory.tables);
      expect(await tables({ includeTables: [odd, `${database}.one`] })).toEqual([odd, "one"]);
      expect(await tables({ excludeTables: [odd, "seen", "lo%", "one"] })).toEqual(["loose"]);
      const without = await dumped(config, { excludeTables: ["seen", "lo%"] });
      expect(without.bytes.toString()).not.toContain("`seen`");
      expect(without.lines.join()).toContain("lo%, is not in the database");
      await expect(dumped(config, { includeTables: ["o%e"] })).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
      });
    });

    it("names tables that no snapshot covers", async () => {
      expect((await dumped()).lines.join()).toContain("loose (MyISAM)");
    });

    it("is of one instant while a writer goes on, and counts what it holds", async () => {
      const busy = `dg busy ${id}`;
      const table = (name: string) =>
        `CREATE TABLE ${name} (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(900))`;
      const fill = (name: string) =>
        `INSERT INTO ${name} (v) SELECT REPEAT('x', 800) FROM ${numbers(server.flavour, 20_000)}`;
      await createDatabase(busy, table("a"), table("z"), fill("a"), fill("z"));
      const stop = new AbortController();
      let written = 0;
      const connection = await createConnection({ uri: `${server.url}`, database: busy });
      const writing = (async () => {
        while (!stop.signal.aborted) {
          await connection.query("START TRANSACTION");
          await connection.query("INSERT INTO z (v) VALUES ('new')");
          await connection.query("INSERT INTO a (v) VALUES ('new')");
          await connection.query("COMMIT");
          written += 1;
        }
      })();
      await until("the writer is at it", () => written > 10);
      const before = written;
      const { bytes, facts } = await dumped(configOf(busy));
      const during = written - before;
      stop.abort();
      await writing;
      await connection.end();
      expect(during).toBeGreaterThan(0);
      const { a, z } = facts.inventory.tables;
      expect(a).toBe(z);
      expect(a).toBeGreaterThan(20_000);
      await restored(bytes, { dropExisting: true });
      const [count] = await sql(
        target,
        "SELECT (SELECT COUNT(*) FROM a) AS a, (SELECT COUNT(*) FROM z) AS z",
      );
      expect(count).toEqual({ a, z });
      await dropDatabase(busy);
    });

    it("leaves nothing of the former contents in the way", async () => {
      await createDatabase(
        target,
        "CREATE TABLE seen (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES seen (id))",
        "CREATE VIEW one AS SELECT 1",
        "CREATE PROCEDURE p() SELECT 2",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        server.flavour === "mysql" ? "CREATE LIBRARY l LANGUAGE JAVASCRIPT AS ''" : "CREATE SEQUENCE s",
      );
      const { bytes } = await dumped();
      const refused = restored(bytes);
      await expect(refused).rejects.toMatchObject({ code: "RESTORE_FAILED" });
      await expect(refused).rejects.toThrow(/choose to drop what exists.*not touched/s);
      await restored(bytes, { dropExisting: true });
      expect(await contents(configOf(target))).toEqual(await contents(config));
    });

    it("restores chosen tables with their triggers, and leaves the rest alone", async () => {
      await createDatabase(target, "CREATE TABLE one (id INT)", "CREATE TABLE mine (id INT)");
      const { bytes } = await dumped();
      await restored(bytes, { tables: [`${database}.one`, odd], dropExisting: true });
      expect(await names(target)).toEqual([odd, "mine", "one"].toSorted());
      expect(await sql(target, "SELECT * FROM one")).toEqual(await sql(database, "SELECT * FROM one"));
      expect(await sql(target, "SHOW TRIGGERS")).toHaveLength(1);
      await expect(restored(bytes, { tables: ["absent"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it("creates a missing database with the source's character set, and removes it where it fails", async () => {
      const missing = `dg missing ' " \\ ${id}`;
      const { bytes } = await dumped();
      await restored(bytes, {}, configOf(missing));
      expect(await contents(configOf(missing))).toEqual(await contents(config));
      await dropDatabase(missing);
      const cut = restored(bytes.subarray(0, bytes.length - 500), {}, configOf(missing));
      await expect(cut).rejects.toThrow(/removed again/);
      expect(await sql(null, `SHOW DATABASES LIKE 'dg missing%${id}'`)).toEqual([]);
    });

    it("backs up a database whose name holds quotes and a backslash", async () => {
      const quoted = `dg ' " \\ ${id}`;
      await createDatabase(quoted, "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)");
      expect((await dumped(configOf(quoted))).facts.inventory.tables).toEqual({ t: 1 });
      await sql(quoted, "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1");
      if (server.flavour === "mysql")
        expect((await dumped(configOf(quoted))).bytes.toString()).toMatch(/EVENT `e` ON SCHEDULE/);
      else await expect(dumped(configOf(quoted))).rejects.toThrow(/holds a quote or a backslash/);
      await dropDatabase(quoted);
    });

    it("runs no command that a dump carries, and reads no file of this machine", async () => {
      const proof = join(tmpdir(), `dg-proof-${id}`);
      const carried = (line: string) => Buffer.from(`-- MySQL dump\n${line}\n-- Dump completed\n`);
      for (const line of [
        `\\! touch ${proof}`,
        `system touch ${proof}`,
        `SELECT 1;\n\\! touch ${proof}\n;`,
      ]) {
        await expect(restored(carried(line))).rejects.toMatchObject({ code: "RESTORE_FAILED" });
      }
      const load =
        "CREATE TABLE IF NOT EXISTS l (t TEXT); LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE l;";
      await expect(restored(carried(load))).rejects.toMatchObject({ code: "RESTORE_FAILED" });
      expect(existsSync(proof)).toBe(false);
    });

    it.each(["/*!999999\\- enable the sandbox mode */", "/*M!999999\\- enable the sandbox mode */ "])(
      "takes dumps with and without %s",
      async (line) => {
        await createDatabase(target);
        const { bytes } = await dumped();
        const plain = bytes.toString("latin1").replace(/^.*sandbox mode.*\n/m, "");
        await restored(Buffer.from(`${line}\n${plain}`, "latin1"));
        expect(await contents(configOf(target))).toEqual(await contents(config));
        await restored(Buffer.from(plain, "latin1"), { dropExisting: true });
        expect(await contents(configOf(target))).toEqual(await contents(config));
      },
    );

    it("carries a value of 50 MB", async () => {
      const wide = `dg wide ${id}`;
      const value = "INSERT INTO w SELECT 1, REPEAT(CHAR(0, 39, 92, 255), 13107200)";
      await createDatabase(wide, "CREATE TABLE w (id INT PRIMARY KEY, v LONGBLOB)", value);
      const { bytes, facts } = await dumped(configOf(wide));
      expect(facts.inventory.tables).toEqual({ w: 1 });
      await restored(bytes, { dropExisting: true });
      expect(await sql(target, "CHECKSUM TABLE w")).toEqual([
        { ...(await sql(wide, "CHECKSUM TABLE w"))[0], Table: `${target}.w` },
      ]);
      await dropDatabase(wide);
    });

    it("goes the whole way: backup, verification without running events, nothing left", async () => {
      const test = testIo();
      const root = mkdtempSync(join(tmpdir(), "dg-way-"));
      const adapter = local.open({ path: root }, { allowedRoots: [root], isNew: true });
      const io = { ...test.io, log: test.io.log, onProgress: () => undefined };
      const way = `dg way ${id}`;
      await createDatabase(
        way,
        ...large(server.flavour),
        "CREATE EVENT wipe ON SCHEDULE EVERY 1 SECOND DO DELETE FROM big",
      );
      const sources = [{ storageLocationId: "one", adapter }];
      const common = { engine, config: configOf(way), directory: "ds/job/run" };
      await runBackup(
        {
          ...common,
          executionId: "0f0e0d0c-0000-4000-8000-000000000001",
          jobId: null,
          options: backupOptions.parse({}),
          targets: sources,
          createdAt: new Date(0),
          stallMs: 60_000,
          metadata: {},
        },
        io,
      );
      const manifest = await readManifest(adapter, common.directory);
      const databaseName = `dg_verify_${id}`;
      const { temporary, states } = testMemory();
      const report = await runVerification(
        { ...common, manifest, sources, databaseName, keepDatabase: false, temporary },
        io,
      );
      expect(report.tables).toEqual([{ table: "big", expected: 200_000, actual: 200_000 }]);
      expect([...states]).toEqual([[databaseName, "dropped"]]);
      expect(await sql(null, `SHOW DATABASES LIKE '${databaseName}%'`)).toEqual([]);
      expect(test.lines.join()).toContain("Events are left out");
      expect(test.left()).toEqual([]);
      await dropDatabase(way);
      rmSync(root, { recursive: true });
      test.dispose();
    });

    it("drops nothing but its own databases", async () => {
      const test = testIo();
      const drop = engine.verification?.dropTemporary(config, target, test.io);
      await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
      test.dispose();
    });
  });
}

for (const server of SERVERS) suite(server);
