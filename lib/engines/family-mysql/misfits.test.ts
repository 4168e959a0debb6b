import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { everything, MYSQL_9 } from "#lib/engines/family-mysql/dataset";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import type { Flavour, Version } from "#lib/engines/family-mysql/flavour";
import { assertNamesArrive, assertRestorable } from "#lib/engines/family-mysql/misfits";
import type { SourceLook, TableRef } from "#lib/engines/family-mysql/source";
import { testServer } from "#lib/engines/family-mysql/test-server";
import type { FoundTool } from "#lib/engines/family-mysql/tools";
import { trapsOf } from "#lib/engines/family-mysql/traps";
import { clientsOf, onlyClients } from "#lib/engines/family-mysql/under-test";

const version = (flavour: Version["flavour"], number: string): Version => ({ flavour, number });
const tool = (flavour: Version["flavour"], number: string): FoundTool => ({
  flavour,
  number,
  name: flavour === "mysql" ? "mysqldump" : "mariadb-dump",
  path: `/${flavour}`,
});
const table = (name: string): TableRef => ({
  name,
  kind: "table",
  engine: "InnoDB",
  transactional: true,
  versioned: false,
  bytes: 0,
});
const look = (of: Version): SourceLook => ({
  version: of,
  tables: [table("plain"), table("computed")],
  characterSet: "utf8mb4",
  collation: "utf8mb4_bin",
  historyByTransaction: false,
  mayReadTriggers: true,
  namesCharset: "latin1",
  beyondMariadb: new Set(["computed"]),
  libraries: ["lib"],
});
const select = (...names: string[]) => ({ include: [], exclude: [], tables: names.map(table) });
const [mysql9, mariadb10] = [version("mysql", "9.7.4"), version("mariadb", "10.11.19")];

describe("clients of the other flavour", () => {
  it("are refused where what they write could not be restored", () => {
    const refused = () =>
      assertRestorable(look(mysql9), select("plain", "computed"), tool("mariadb", "11.8.9"));
    expect(refused).toThrow(
      /mariadb-dump 11\.8\.9 .*generated columns and vectors .*\(computed\).*apt-get install mysql-client/,
    );
    expect(refused).toThrow(expect.objectContaining({ code: "TOOL_MISSING" }));
  });

  it.each([
    ["the tables with such columns are left out", mysql9, ["plain"], tool("mariadb", "11.8.9")],
    ["it is the server's own", mysql9, ["computed"], tool("mysql", "9.7.4")],
    ["the server takes it", mariadb10, ["computed"], tool("mariadb", "10.11.19")],
    ["it knows such columns", mariadb10, ["computed"], tool("mysql", "9.7.4")],
  ] as const)("are taken where %s", (_why, server, names, by) => {
    expect(() => assertRestorable(look(server), select(...names), by)).not.toThrow();
  });

  it.each([
    [mariadb10, "latin1", "nämé", tool("mysql", "9.7.4"), false],
    [mariadb10, "latin1", "nämé", tool("mysql", "8.0.11"), false],
    [mariadb10, "latin1", "nämé", tool("mysql", "5.7.44"), true],
    [mariadb10, "latin1", `odd "name'`, tool("mysql", "9.7.4"), true],
    [mariadb10, "utf8mb4", "nämé", tool("mysql", "9.7.4"), true],
    [mariadb10, "latin1", "nämé", tool("mariadb", "10.11.19"), true],
    [mysql9, "latin1", "nämé", tool("mariadb", "10.11.19"), true],
    [mysql9, "latin1", "nämé", tool("mysql", "9.7.4"), true],
  ])("%o, which takes unknown words for %s, and the name %s with %o: %s", (server, charset, name, by, ok) => {
    const asserted = expect(() =>
      assertNamesArrive(["root", name], { ...server, namesCharset: charset }, by),
    );
    if (ok) asserted.not.toThrow();
    else asserted.toThrow(/would read the name nämé as latin1.*apt-get install mariadb-client/);
  });

  it.each([
    [tool("mysql", "9.7.4"), false],
    [tool("mysql", "9.1.0"), true],
    [tool("mariadb", "11.8.9"), true],
  ])("%o: says that libraries are left out: %s", (by, said) => {
    const traps = trapsOf(look(mysql9), select("plain"), false, by).join();
    expect(traps.includes("not part of the backup: lib.")).toBe(said);
  });
});

const servers = { mysql: testServer("mysql"), mariadb: testServer("mariadb") };
const clients = { mysql: await clientsOf("mysql"), mariadb: await clientsOf("mariadb") };
const id = process.pid;
const source = `dg misfit ${id}`;
const target = `dg misfit target ${id}`;
const options = { dropExisting: true, tables: [], parallelJobs: 1, extension: ".sql", sourceName: source };

const scratch = mkdtempSync(join(tmpdir(), "dg-misfits-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const engineBy = (type: Flavour, client: Flavour) =>
  createFamilyEngine(type, [onlyClients(clients[client], join(scratch, `${type}-${client}`))]);

describe.skipIf(servers.mysql.url === undefined || Object.values(clients).some(({ size }) => size === 0))(
  `${servers.mysql.title} and clients of both`,
  () => {
    const server = servers.mysql;
    const [own, foreign] = [engineBy("mysql", "mysql"), engineBy("mysql", "mariadb")];

    beforeAll(async () => {
      await server.createUser();
      await server.createDatabase(source, ...everything("mysql"), ...MYSQL_9);
      await server.createDatabase(target);
    });
    afterAll(async () => {
      for (const name of [source, target]) await server.dropDatabase(name);
      await server.dropUser();
    });

    it("refuses a dump by MariaDB's that could not be restored, and leaves nothing", async () => {
      const test = testIo();
      const refused = foreign.dump(server.config(source), WHOLE_DUMP, test.io);
      await expect(refused).rejects.toMatchObject({ code: "TOOL_MISSING" });
      await expect(refused).rejects.toThrow(/\(types, vectors\)/);
      expect(test.left()).toEqual([]);
      test.dispose();
    });

    it("says that MariaDB's leaves libraries out", async () => {
      const test = testIo();
      const without = { ...WHOLE_DUMP, excludeTables: ["types", "vectors"] };
      const dump = await foreign.dump(server.config(source), without, test.io);
      await collect(dump);
      expect(test.lines.join()).toContain("not part of the backup: lib.");
      test.dispose();
    });

    it("restores by MariaDB's what MySQL's dumped", async () => {
      const test = testIo();
      const dump = await own.dump(server.config(source), WHOLE_DUMP, test.io);
      const { bytes } = await collect(dump);
      await foreign.restore(server.config(target), inPieces(bytes), options, test.io);
      expect(await server.contents({ database: target })).toEqual(
        await server.contents({ database: source }),
      );
      expect(test.left()).toEqual([]);
      test.dispose();
    });
  },
);

describe.skipIf(servers.mariadb.url === undefined || clients.mysql.size === 0)(
  `${servers.mariadb.title} and clients of MySQL`,
  () => {
    const server = servers.mariadb;
    const foreign = engineBy("mariadb", "mysql");

    const ascii = server.config(target, { username: `dg misfit ${id}` });

    beforeAll(async () => {
      await server.createUser();
      await server.createUser(ascii.username);
      await server.createDatabase(target);
    });
    afterAll(async () => {
      await server.dropDatabase(target);
      for (const name of [ascii.username, undefined]) await server.dropUser(name);
    });

    it("brings every character there, also where the dump does not say what it speaks", async () => {
      const test = testIo();
      const lines = [
        "CREATE TABLE t (v VARCHAR(9) CHARACTER SET utf8mb4);",
        "INSERT INTO t VALUES ('漢🐘ü');",
        "-- Dump completed\n",
      ];
      await foreign.restore(ascii, inPieces(Buffer.from(lines.join("\n"))), options, test.io);
      expect(await server.sql(target, "SELECT v FROM t")).toEqual([{ v: "漢🐘ü" }]);
      test.dispose();
    });

    it("refuses names that would not arrive, with nothing made or left", async () => {
      const test = testIo();
      const named = server.config(`dg ünï ${id}`);
      const refused = foreign.restore(named, inPieces(Buffer.from("-- x\n")), options, test.io);
      await expect(refused).rejects.toMatchObject({ code: "TOOL_MISSING" });
      expect(await server.sql(null, `SHOW DATABASES LIKE 'dg ünï ${id}'`)).toEqual([]);
      const dump = foreign.dump(server.config("mysql"), WHOLE_DUMP, test.io);
      await expect(dump).rejects.toMatchObject({ code: "TOOL_MISSING" });
      expect(test.left()).toEqual([]);
      test.dispose();
    });
  },
);
