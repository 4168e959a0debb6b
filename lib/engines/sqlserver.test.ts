import mssql from "mssql";
import { describe, expect, it } from "vitest";
import {
  collect,
  type EngineUnderTest,
  engineContract,
  inPieces,
  testIo,
  WHOLE_DUMP,
} from "#lib/engines/contract";
import { sqlserver } from "#lib/engines/sqlserver";
import { sqlserverConfig } from "#lib/engines/sqlserver/config";
import { smallBacpac } from "#lib/engines/sqlserver/fake-sqlpackage";
import { quoteName } from "#lib/engines/sqlserver/session";
import type { Engine } from "#lib/engines/types";

// No SQL Server can be had where these tests usually run: the one suite that may be skipped, also in CI.
const url = process.env.TEST_SQLSERVER_URL;
// Its half with .bacpac needs sqlpackage besides.
const [sqlpackage] = await sqlserver.tools();
const server = new URL(url ?? "mssql://sa@127.0.0.1:1433/");
const id = `${process.pid}`;
const databases = { source: `dg source ]${id}`, target: `dg target '${id}`, large: `dg large ${id}` };
const engine: Engine = sqlserver;

/** The URL's `backup` is the directory as the server sees it, `local` as this machine does (under /tmp). */
const config = (database: string) =>
  sqlserverConfig.parse({
    host: server.hostname,
    port: Number(server.port || 1433),
    database,
    username: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    backup_directory: server.searchParams.get("backup") ?? "/tmp",
    local_directory: server.searchParams.get("local") ?? undefined,
  });

const byBacpac = (database: string) =>
  sqlserverConfig.parse({ ...config(database), backup_method: "bacpac", backup_directory: undefined });

async function sql(database: string, ...statements: string[]): Promise<unknown[]> {
  const { host, port, username, password } = config(database);
  const pool = await new mssql.ConnectionPool({
    server: host,
    port,
    user: username,
    password: password ?? "",
    database,
    options: { encrypt: false, trustServerCertificate: true },
  }).connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await pool.request().batch(statement)).recordset ?? [];
    return rows;
  } finally {
    await pool.close();
  }
}

async function dropAll(): Promise<void> {
  for (const name of Object.values(databases))
    await sql("master", `DROP DATABASE IF EXISTS ${quoteName(name)}`);
}

async function setup(of: (database: string) => object = config): Promise<EngineUnderTest> {
  await dropAll();
  for (const name of [databases.source, databases.large])
    await sql("master", `CREATE DATABASE ${quoteName(name)}`);
  await sql(
    databases.source,
    "CREATE SCHEMA [odd ]] schema]",
    // A .bacpac brings no constraint's name that the server made up.
    "CREATE TABLE dbo.plain (id int IDENTITY CONSTRAINT plain_pk PRIMARY KEY, body nvarchar(40) CONSTRAINT plain_body UNIQUE, price decimal(10, 2))",
    "INSERT INTO dbo.plain (body, price) SELECT TOP 3000 CAST(NEWID() AS nvarchar(40)), 1.5 FROM sys.all_columns",
    "CREATE TABLE [odd ]] schema].[it's ünï] (id int)",
    "INSERT INTO [odd ]] schema].[it's ünï] VALUES (1), (2)",
    "CREATE TABLE dbo.empty (id int)",
  );
  await sql(
    databases.large,
    "SELECT TOP 200000 a.* INTO dbo.big FROM sys.all_columns a CROSS JOIN sys.all_columns b",
  );
  return {
    engine,
    source: of(databases.source),
    target: of(databases.target),
    large: of(databases.large),
    login: null,
    contents: async (there) => {
      const { database } = there as { database: string };
      return [
        await sql(database, "SELECT * FROM dbo.plain ORDER BY id"),
        await sql(database, "SELECT * FROM [odd ]] schema].[it's ünï] ORDER BY id"),
        await sql(
          database,
          "SELECT name FROM sys.indexes WHERE OBJECT_ID = OBJECT_ID('dbo.plain') ORDER BY name",
        ),
      ];
    },
    tool: null,
    dispose: dropAll,
  };
}

describe.skipIf(url === undefined)("TEST_SQLSERVER_URL (mssql://sa:…@host:1433/?backup=…&local=…)", () => {
  // The server does the work: there is no tool on this machine whose arguments could be looked at.
  engineContract("sqlserver", () => setup(), { login: false, tool: false });

  it("says that the password is wrong", async () => {
    const test = testIo();
    const probe = engine.probe({ ...config("master"), password: "wrong" }, test.io);
    await expect(probe).rejects.toMatchObject({
      code: "CONNECTION_FAILED",
      details: { reason: "auth_failed" },
    });
    test.dispose();
  });

  it("verifies in a database of its own and refuses one that exists", async () => {
    const under = await setup();
    await verifies(under, ".bak");
    const test = testIo();
    const tables = (await engine.schema?.(under.source, test.io)) ?? [];
    expect(tables.find((table) => table.name === "plain")?.columns).toMatchObject([
      { name: "id", type: "int", primaryKey: true },
      { name: "body", type: "nvarchar(40)", nullable: true },
      { name: "price", type: "decimal(10,2)" },
    ]);
    await under.dispose();
    test.dispose();
  });
});

async function verifies(under: EngineUnderTest, extension: string): Promise<void> {
  const test = testIo();
  const { bytes, facts } = await collect(await engine.dump(under.source, WHOLE_DUMP, test.io));
  const name = `dg_verify_${id}`;
  const options = { dropExisting: false, tables: [], parallelJobs: 1, extension, sourceName: null };
  const target = (await engine.verification?.createTemporary(under.source, name, test.io)) ?? {};
  await engine.restore(target, inPieces(bytes), options, test.io);
  expect(await engine.verification?.inventory(target, test.io)).toEqual(facts.inventory);
  const again = engine.restore(target, inPieces(bytes), options, test.io);
  await expect(again).rejects.toThrow(/exists already.*Nothing was changed/);
  await engine.verification?.dropTemporary(under.source, name, test.io);
  expect(await sql("master", `SELECT name FROM sys.databases WHERE name = '${name}'`)).toEqual([]);
  expect(test.left()).toEqual([]);
  test.dispose();
}

const bacpacTitle = "TEST_SQLSERVER_URL and sqlpackage (dotnet tool install -g microsoft.sqlpackage)";
describe.skipIf(url === undefined || sqlpackage?.path == null)(bacpacTitle, () => {
  // It has written its file before the first byte comes: the suite's look at a running tool would find none.
  engineContract("sqlserver by .bacpac", () => setup(byBacpac), { login: false, tool: false });

  it("verifies in a database of its own and refuses one that exists", async () => {
    const under = await setup(byBacpac);
    await verifies(under, ".bacpac");
    await under.dispose();
  });

  it("logs in with every special character, by a file that only its owner reads", async () => {
    const test = testIo();
    const under = await setup(byBacpac);
    const password = `aB1!"'\\ ;={}[]%#@ ünï\\`;
    const login = `dg odd ]"' ${id}`;
    const literal = `N'${password.replaceAll("'", "''")}'`;
    await sql("master", `CREATE LOGIN ${quoteName(login)} WITH PASSWORD = ${literal}`);
    try {
      await sql("master", `ALTER SERVER ROLE sysadmin ADD MEMBER ${quoteName(login)}`);
      const odd = { ...byBacpac(databases.source), username: login, password };
      const { facts } = await collect(await engine.dump(odd, WHOLE_DUMP, test.io));
      expect(facts.inventory.tables["dbo.plain"]).toBe(3000);
    } finally {
      await sql("master", `DROP LOGIN ${quoteName(login)}`);
      await under.dispose();
      test.dispose();
    }
  });

  it("leaves the target as it was when an import fails", async () => {
    const test = testIo();
    const under = await setup(byBacpac);
    await sql("master", `CREATE DATABASE ${quoteName(databases.target)}`);
    await sql(databases.target, "CREATE TABLE dbo.kept (id int)");
    const options = {
      dropExisting: true,
      tables: [],
      parallelJobs: 1,
      extension: ".bacpac",
      sourceName: null,
    };
    // An archive, but no package: the tool itself must refuse it.
    const failed = engine.restore(under.target, inPieces(await smallBacpac()), options, test.io);
    await expect(failed).rejects.toMatchObject({
      code: "RESTORE_FAILED",
      message: expect.stringMatching(/is as it was\.$/),
    });
    expect(await sql(databases.target, "SELECT name FROM sys.tables")).toEqual([{ name: "kept" }]);
    const made =
      "SELECT name FROM sys.databases WHERE name LIKE 'dg[_]import[_]%' OR name LIKE 'dg[_]old[_]%'";
    expect(await sql("master", made)).toEqual([]);
    await under.dispose();
    test.dispose();
  });
});
