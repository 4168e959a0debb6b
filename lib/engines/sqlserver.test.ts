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
import { quoteName } from "#lib/engines/sqlserver/session";
import type { Engine } from "#lib/engines/types";

// No SQL Server can be had where these tests usually run: the one suite that may be skipped, also in CI.
const url = process.env.TEST_SQLSERVER_URL;
const server = new URL(url ?? "mssql://sa@127.0.0.1:1433/");
const id = `${process.pid}`;
const databases = { source: `dg source ]${id}`, target: `dg target '${id}`, large: `dg large ${id}` };
const engine = sqlserver as unknown as Engine;

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

async function setup(): Promise<EngineUnderTest> {
  await dropAll();
  for (const name of [databases.source, databases.large])
    await sql("master", `CREATE DATABASE ${quoteName(name)}`);
  await sql(
    databases.source,
    "CREATE SCHEMA [odd ]] schema]",
    "CREATE TABLE dbo.plain (id int IDENTITY PRIMARY KEY, body nvarchar(40) UNIQUE, price decimal(10, 2))",
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
    source: config(databases.source),
    target: config(databases.target),
    large: config(databases.large),
    login: null,
    contents: async (of) => {
      const { database } = of as { database: string };
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
  engineContract("sqlserver", setup, { login: false, tool: false });

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
    const test = testIo();
    const under = await setup();
    try {
      const { bytes, facts } = await collect(await engine.dump(under.source, WHOLE_DUMP, test.io));
      const name = `dg_verify_${id}`;
      const options = { tables: [], parallelJobs: 1, extension: ".bak", sourceName: null };
      const target = (await engine.verification?.createTemporary(under.source, name, test.io)) ?? {};
      await engine.restore(target, inPieces(bytes), { ...options, dropExisting: false }, test.io);
      expect(await engine.verification?.inventory(target, test.io)).toEqual(facts.inventory);
      const again = engine.restore(target, inPieces(bytes), { ...options, dropExisting: false }, test.io);
      await expect(again).rejects.toThrow(/exists already.*Nothing was changed/);
      await engine.verification?.dropTemporary(under.source, name, test.io);
      expect(await engine.databases?.list(under.source, test.io)).not.toContain(name);
      const tables = (await engine.schema?.(under.source, test.io)) ?? [];
      expect(tables.find((table) => table.name === "plain")?.columns).toMatchObject([
        { name: "id", type: "int", primaryKey: true },
        { name: "body", type: "nvarchar(40)", nullable: true },
        { name: "price", type: "decimal(10,2)" },
      ]);
    } finally {
      await under.dispose();
      test.dispose();
    }
  });
});
