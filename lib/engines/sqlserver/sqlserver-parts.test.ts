import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { sqlserver } from "#lib/engines/sqlserver";
import { inDirectory, type SqlserverConfig, sqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { typeName } from "#lib/engines/sqlserver/schema";
import { quoteName, quoteText } from "#lib/engines/sqlserver/session";
import { readShared, sharedFile, writeShared } from "#lib/engines/sqlserver/shared-file";
import {
  backupStatement,
  claimStatement,
  moves,
  renameStatement,
  restoreStatement,
} from "#lib/engines/sqlserver/statements";

const good = { host: "db.example.org", database: "d", username: "sa", backup_directory: "/var/backups" };

describe("sqlserver config", () => {
  it.each([
    [{}, true],
    [{ port: 0 }, false],
    [{ host: "db\\instance" }, false],
    [{ host: "tcp:db,1433" }, false],
    [{ database: "x'; DROP DATABASE y --" }, true],
    [{ database: "a\nb" }, false],
    [{ password: "p@ss ;'\"={}[]% ünï" }, true],
    [{ backup_directory: "backups" }, false],
    [{ backup_directory: "/a\nb" }, false],
    [{ backup_directory: "D:\\backups" }, false],
    [{ backup_directory: "D:\\backups", local_directory: "/mnt/backups" }, true],
    [{ backup_directory: "\\\\nas\\backups", local_directory: "/mnt/backups" }, true],
    [{ local_directory: "mnt" }, false],
    [{ local_directory: "/mnt/../etc" }, false],
    [{ backup_directory: undefined }, false],
    [{ backup_method: "bacpac" }, false],
    [{ backup_method: "bacpac", password: "" }, false],
    [{ backup_method: "bacpac", password: "x" }, true],
    [{ backup_method: "bacpac", password: "x", backup_directory: undefined }, true],
    [{ backup_method: "bacpac", password: "a\nb" }, false],
    [{ backup_method: "both" }, false],
    [{ unknown: 1 }, false],
  ])("%j: %s", (change, ok) => expect(sqlserverConfig.safeParse({ ...good, ...change }).success).toBe(ok));
});

describe("sqlserver config's method", () => {
  it("is native by itself, and says at its field what a method needs", () => {
    expect(sqlserverConfig.parse(good).backup_method).toBe("native");
    const problems = (config: object) =>
      sqlserverConfig.safeParse(config).error?.issues.map(({ path, message }) => `${path}: ${message}`);
    expect(problems({ ...good, backup_directory: undefined })).toEqual([
      "backup_directory: Enter the directory into which SQL Server writes its native backups.",
    ]);
    expect(problems({ ...good, backup_method: "bacpac" })).toEqual([
      "password: Enter the password: sqlpackage cannot log in without one.",
    ]);
  });
});

describe("sqlserver statements", () => {
  it("quote names and texts so that nothing in them acts", () => {
    expect(quoteName("a]; DROP DATABASE b --")).toBe("[a]]; DROP DATABASE b --]");
    expect(quoteText("it's")).toBe("N'it''s'");
    expect(claimStatement("x]y")).toBe("ALTER DATABASE [x]]y] SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
    expect(renameStatement("x]y", "z]")).toBe("ALTER DATABASE [x]]y] MODIFY NAME = [z]]]");
  });

  it("join directories as the server writes them", () => {
    expect(inDirectory("/var/backups/", "x.bak")).toBe("/var/backups/x.bak");
    expect(inDirectory("D:\\backups\\", "x.bak")).toBe("D:\\backups\\x.bak");
    expect(inDirectory("\\\\nas\\b", "x.bak")).toBe("\\\\nas\\b\\x.bak");
  });

  it("leave the server's own chain of backups alone and check what is written", () => {
    expect(backupStatement(true)).toBe(
      "BACKUP DATABASE @database TO DISK = @file WITH COPY_ONLY, CHECKSUM, FORMAT, INIT, STATS = 1, COMPRESSION",
    );
    expect(backupStatement(false)).not.toContain("COMPRESSION");
  });

  const files = [
    { LogicalName: "data's", Type: "D" },
    { LogicalName: "more", Type: "D" },
    { LogicalName: "log", Type: "L" },
    { LogicalName: "stream", Type: "S" },
  ];

  it("move every file to one of its own", () => {
    const to = { dataDirectory: "/data/", logDirectory: "D:\\log\\", token: "0a1b" };
    expect(moves("my db'/..\\x", files, to)).toEqual([
      "MOVE N'data''s' TO N'/data/my_db_____x_0a1b_0.mdf'",
      "MOVE N'more' TO N'/data/my_db_____x_0a1b_1.ndf'",
      "MOVE N'log' TO N'D:\\log\\my_db_____x_0a1b_2.ldf'",
      "MOVE N'stream' TO N'/data/my_db_____x_0a1b_3'",
    ]);
    const fresh = restoreStatement("d", files, to, false);
    expect(fresh).toMatch(
      /^RESTORE DATABASE @database FROM DISK = @file WITH CHECKSUM, RECOVERY, STATS = 1, MOVE /,
    );
    expect(fresh).not.toContain("REPLACE");
    expect(restoreStatement("d", files, to, true)).toContain(", REPLACE, MOVE ");
  });

  it("name types as CREATE TABLE does", () => {
    const column = {
      id: 1,
      name: "c",
      length: 80,
      precision: 10,
      scale: 2,
      nullable: true,
      primaryKey: false,
    };
    const named = (type: string, change = {}) => typeName({ ...column, type, ...change });
    expect(named("nvarchar")).toBe("nvarchar(40)");
    expect(named("varchar", { length: -1 })).toBe("varchar(max)");
    expect(named("binary", { length: 16 })).toBe("binary(16)");
    expect(named("decimal")).toBe("decimal(10,2)");
    expect(named("datetime2", { scale: 7 })).toBe("datetime2(7)");
    expect(named("int")).toBe("int");
  });
});

describe("sqlserver errors", () => {
  const failed = (message: string, more: object) => Object.assign(new Error(message), more);

  it.each([
    [failed("Login failed for user 'x'.", { code: "ELOGIN", number: 18456 }), "auth_failed", /wrong/],
    [failed("Cannot open database", { code: "ELOGIN", number: 4060 }), "error", /does not exist/],
    [failed("Could not connect (ECONNREFUSED)", { code: "ESOCKET" }), "unreachable", /refused/],
    [failed("getaddrinfo ENOTFOUND x", { code: "ESOCKET" }), "unreachable", /unknown/],
    [failed("Failed to connect to x:1 in 10000ms", { code: "ETIMEOUT" }), "timeout", /in time/],
    [failed("self-signed certificate", { code: "ESOCKET" }), "error", /certificate/],
  ])("of connecting: %s", (error, reason, message) => {
    const known = explainSqlserver(error);
    expect(known).toMatchObject({ code: "CONNECTION_FAILED", details: { reason } });
    expect(known.message).toMatch(message);
  });

  it("of statements keep what was said first, with what to do", () => {
    const first = failed("Cannot open backup device '/x'. Operating system error 5.", { number: 3201 });
    const last = failed("BACKUP DATABASE is terminating abnormally.", {
      code: "EREQUEST",
      number: 3013,
      precedingErrors: [first],
    });
    const known = explainSqlserver(last, "DUMP_FAILED");
    expect(known.code).toBe("DUMP_FAILED");
    expect(known.message).toMatch(/error 5.*terminating abnormally.*rights to the backup directory/);
  });
});

describe("sqlserver without a server", () => {
  let root = "";
  let config: SqlserverConfig;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "dg-shared-")));
    config = sqlserverConfig.parse({ ...good, host: "127.0.0.1", port: 1, backup_directory: root });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("shares a file under both names, for its group at most, and never through a link", async () => {
    const test = testIo();
    const windows = { ...config, backup_directory: "D:\\b", local_directory: root };
    const file = sharedFile(windows, test.io);
    expect(file.server).toMatch(/^D:\\b\\dataguardian-[0-9a-f-]{36}\.bak$/);
    const pieces = async function* () {
      yield Buffer.from("one");
      yield Buffer.from("two");
    };
    await writeShared(file, pieces(), test.io.signal);
    expect(statSync(file.local).mode & 0o777).toBe(0o640);
    const read: Buffer[] = [];
    for await (const piece of readShared(file, test.io.signal)) read.push(piece);
    expect(Buffer.concat(read).toString()).toBe("onetwo");
    await file.remove();
    symlinkSync("/etc/passwd", file.local);
    const reading = async () => {
      for await (const _ of readShared(file, test.io.signal));
    };
    await expect(reading()).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(writeShared(file, pieces(), test.io.signal)).rejects.toThrow();
    test.dispose();
  });

  it("uses only directories that it may use", async () => {
    const test = testIo();
    const dump = sqlserver.dump({ ...config, backup_directory: "/etc" }, WHOLE_DUMP, test.io);
    await expect(dump).rejects.toMatchObject({ code: "INVALID_CONNECTION_CONFIG" });
    test.dispose();
  });

  it("refuses what a whole-database backup cannot do", async () => {
    const test = testIo();
    const some = sqlserver.dump(config, { ...WHOLE_DUMP, includeTables: ["dbo.a"] }, test.io);
    await expect(some).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const options = { dropExisting: true, tables: [], parallelJobs: 1, extension: ".bak", sourceName: null };
    const nothing = async function* () {};
    const other = sqlserver.restore(config, nothing(), { ...options, extension: ".dacpac" }, test.io);
    await expect(other).rejects.toMatchObject({ code: "RESTORE_NOT_SUPPORTED" });
    const tables = sqlserver.restore(config, nothing(), { ...options, tables: ["dbo.a"] }, test.io);
    await expect(tables).rejects.toMatchObject({ code: "RESTORE_NOT_SUPPORTED" });
    const drop = sqlserver.verification?.dropTemporary(config, "master", test.io);
    await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    // What an import left may go; nothing listens here.
    const left = sqlserver.verification?.dropTemporary(config, "dg_import_0123456789ab", test.io);
    await expect(left).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    test.dispose();
  });

  it("says that nothing listens, and leaves no file", async () => {
    const test = testIo();
    const refused = { code: "CONNECTION_FAILED", details: { reason: "unreachable" } };
    const options = { dropExisting: true, tables: [], parallelJobs: 1, extension: ".bak", sourceName: null };
    const nothing = async function* () {};
    await expect(sqlserver.probe(config, test.io)).rejects.toMatchObject(refused);
    await expect(sqlserver.dump(config, WHOLE_DUMP, test.io)).rejects.toMatchObject(refused);
    const restore = sqlserver.restore(config, nothing(), options, test.io);
    await expect(restore).rejects.toMatchObject(refused);
    await expect(restore).rejects.toThrow(/Nothing was changed/);
    expect(readdirSync(root)).toEqual([]);
    test.dispose();
  });

  it("stops at once when it is called off while a server does not answer", async () => {
    const silent: Server = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const abort = new AbortController();
    const test = testIo(abort.signal);
    const probe = sqlserver.probe({ ...config, port }, test.io);
    silent.once("connection", () => abort.abort(new Error("called off")));
    await expect(probe).rejects.toThrow("called off");
    silent.close();
    test.dispose();
  });
});
