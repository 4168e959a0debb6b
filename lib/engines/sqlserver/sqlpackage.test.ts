import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { collect, inPieces, WHOLE_DUMP } from "#lib/engines/contract";
import { toolsOf } from "#lib/engines/processes-under-test";
import { createSqlserverEngine } from "#lib/engines/sqlserver";
import { bacpacBackup } from "#lib/engines/sqlserver/bacpac-backup";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { FAKE_VERSION, type FakeSqlpackage, smallBacpac } from "#lib/engines/sqlserver/fake-sqlpackage";
import { startFileDump } from "#lib/engines/sqlserver/file-backup";
import { responseFile } from "#lib/engines/sqlserver/response-file";
import { exportParameters } from "#lib/engines/sqlserver/sqlpackage-parameters";
import { BACPAC_CONFIG, BACPAC_RESTORE, SECRET, sqlpackageTest } from "#lib/engines/sqlserver/under-test";
import type { Dump, Inventory } from "#lib/engines/types";

const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const bacpac = await smallBacpac();
const WRITES = `fs.writeFileSync(target, Buffer.from("${bacpac.toString("base64")}", "base64"));`;
const HANGS = "process.on('SIGTERM', () => process.exit(143)); setInterval(() => undefined, 1000);";

const test = sqlpackageTest();
const { behaving } = test;

/** A dump by the fake; the counts, which need a server, are made up. */
async function dumpBy(
  { directory }: FakeSqlpackage,
  of: SqlserverConfig = BACPAC_CONFIG,
  counts: readonly number[] = [3],
): Promise<Dump> {
  const backup = await bacpacBackup(of, test.io, [directory]);
  let asked = 0;
  const count = async (): Promise<Inventory> => {
    asked += 1;
    return { tables: { "dbo.t": counts[Math.min(asked, counts.length) - 1] ?? 0 } };
  };
  return startFileDump({ backup, source: { version: "16.0.1", bytes: 1000 }, count, io: test.io });
}

describe("the tool sqlpackage", () => {
  it("is found with its version, or it is said how to get it and what for", async () => {
    const { directory } = behaving("");
    const engine = createSqlserverEngine(["/nowhere", directory]);
    const onlyFor = { field: "backup_method", value: "bacpac" };
    const path = join(directory, "sqlpackage");
    expect(await engine.tools()).toMatchObject([
      { name: "sqlpackage", path, version: FAKE_VERSION, onlyFor },
    ]);
    const [absent] = await createSqlserverEngine(["/nowhere"]).tools();
    expect(absent).toMatchObject({ path: null, version: null, onlyFor });
    expect(absent?.install).toMatch(/dotnet tool install -g microsoft\.sqlpackage/);
  });

  it("missing or broken, it ends backup and restore before anything else", async () => {
    const broken = mkdtempSync(join(tmpdir(), "dg-broken-"));
    writeFileSync(join(broken, "sqlpackage"), "#!/bin/sh\necho 'You must install .NET' >&2\nexit 150\n", {
      mode: 0o755,
    });
    const engine = createSqlserverEngine([broken]);
    const missing = { code: "TOOL_MISSING", message: expect.stringContaining("microsoft.sqlpackage") };
    await expect(engine.dump(BACPAC_CONFIG, WHOLE_DUMP, test.io)).rejects.toMatchObject(missing);
    await expect(
      engine.restore(BACPAC_CONFIG, inPieces(bacpac), BACPAC_RESTORE, test.io),
    ).rejects.toMatchObject(missing);
    expect(test.left()).toEqual([]);
    rmSync(broken, { recursive: true });
  });
});

describe("an export by a fake sqlpackage", () => {
  it("streams the file that it wrote, shows no secret and leaves nothing", async () => {
    const tool = behaving(`say("Exporting data"); say("*** A user has no login."); ${WRITES}`);
    const dump = await dumpBy(tool);
    const { bytes, facts } = await collect(dump);
    expect(bytes.equals(bacpac)).toBe(true);
    expect(dump.extension).toBe(".bacpac");
    expect(dump.received()).toBe(bacpac.length);
    expect(facts).toMatchObject({ toolVersion: `sqlpackage ${FAKE_VERSION}`, databaseVersion: "16.0.1" });
    expect(facts.inventory).toEqual({ tables: { "dbo.t": 3 } });
    expect(facts.engineOutput).toEqual([expect.stringMatching(/table by table/), "*** A user has no login."]);
    expect(test.lines).toContain("warn *** A user has no login.");
    expect(test.lines.join("\n")).not.toContain(SECRET);
    expect(test.left()).toEqual([]);
  });

  it("gets its parameters in a file that is its owner's alone, and by no other way", async () => {
    const tool = behaving(WRITES);
    await collect(await dumpBy(tool));
    const call = tool.call();
    const { TMPDIR: scratch = "" } = call?.env ?? {};
    expect(scratch.startsWith(test.io.tempDirectory)).toBe(true);
    expect(call?.argv).toEqual([`@${join(scratch, "parameters.rsp")}`]);
    expect(call?.text).toBe(responseFile(exportParameters(BACPAC_CONFIG, join(scratch, "database.bacpac"))));
    expect([call?.mode, call?.directoryMode]).toEqual([0o600, 0o700]);
    expect(call?.env).toMatchObject({
      HOME: scratch,
      DACFX_TELEMETRY_OPTOUT: "1",
      DOTNET_EnableDiagnostics: "0",
    });
    expect(JSON.stringify([call?.argv, call?.env])).not.toContain("ünï");
    expect(Object.keys(call?.env ?? {}).filter((name) => /^(TEST_|SECRET|DATABASE_URL)/.test(name))).toEqual(
      [],
    );
  });

  it("checks the server against the CA alone", async () => {
    const tool = behaving(WRITES);
    await collect(await dumpBy(tool, { ...BACPAC_CONFIG, ssl_enabled: true, ssl_ca: CA }));
    const call = tool.call();
    expect(call?.ca).toBe(`${CA}\n`);
    expect(call?.env.SSL_CERT_DIR).toBe(join(call?.env.TMPDIR ?? "", "certificates"));
    expect(call?.text).toMatch(/EncryptConnection:True"\n"\/SourceTrustServerCertificate:False"/);
    expect(test.left()).toEqual([]);
  });

  it("tells which tables changed meanwhile", async () => {
    const { facts } = await collect(await dumpBy(behaving(WRITES), BACPAC_CONFIG, [3, 4]));
    expect(facts.inventory.tables).toEqual({ "dbo.t": 4 });
    expect(facts.engineOutput.at(-1)).toMatch(/Rows of dbo\.t changed/);
  });

  it.each([
    [
      "exits 1 after a whole file",
      `${WRITES} complain("*** Error exporting database:Could not export schema and data from database."); complain("One or more unsupported elements were found in the schema used as part of a data package."); complain("Error SQL71627: The element User: [x] has property AuthenticationType set to a value that is not supported in Microsoft Azure SQL Database v12."); process.exit(1);`,
      /exited with code 1: Error exporting database.*SQL71627.*native method/,
    ],
    [
      "exits 1 and complains on standard output",
      'say("Connecting to database"); say("*** Error exporting database:No space left on device"); process.exit(1);',
      /No space left.*temp directory/,
    ],
    ["exits 1 without a word", "process.exit(1);", /exited with code 1\.$/],
    ["exits 0 without a file", "", /missing or not whole/],
    ["exits 0 with an empty file", "fs.writeFileSync(target, '');", /missing or not whole/],
    [
      "exits 0 with half a file",
      `${WRITES} fs.truncateSync(target, ${bacpac.length - 100});`,
      /missing or not whole/,
    ],
    ["exits 0 with something else", "fs.writeFileSync(target, 'x'.repeat(100000));", /missing or not whole/],
    [
      "is killed",
      `${WRITES} process.kill(process.pid, "SIGKILL"); setInterval(() => undefined, 1000);`,
      /ended by SIGKILL/,
    ],
  ])("fails where the tool %s", async (_, behaviour, message) => {
    const dump = collect(await dumpBy(behaving(behaviour)));
    await expect(dump).rejects.toMatchObject({
      code: "DUMP_FAILED",
      message: expect.stringMatching(message),
    });
    expect(test.left()).toEqual([]);
  });

  it.each([
    ["Login failed for user 'x'.", "auth_failed"],
    ['Cannot open database "d" requested by the login. The login failed.', "error"],
    [
      "A connection was successfully established, but the certificate chain was issued by an authority that is not trusted.",
      "error",
    ],
    ["Unable to connect to target server '127.0.0.1'.", "unreachable"],
  ])("knows what %s means", async (said, reason) => {
    const tool = behaving(
      `complain("*** Error exporting database:" + ${JSON.stringify(said)}); process.exit(1);`,
    );
    await expect(collect(await dumpBy(tool))).rejects.toMatchObject({
      code: "CONNECTION_FAILED",
      details: { reason },
    });
  });

  it("never repeats parameters that were not understood, for they may hold a piece of the password", async () => {
    const words = `complain("*** Unrecognized command line argument 'p@ss'."); say("Error: Unbalanced quotes in command line argument file 'p@ss'"); complain(${JSON.stringify(SECRET)}); process.exit(1);`;
    const failure = await collect(await dumpBy(behaving(words))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/did not understand its parameters/) });
    for (const text of [String(failure), JSON.stringify(failure), test.lines.join("\n")])
      expect(text).not.toContain("p@ss");
  });

  it("ends with its tool when it is cancelled, and leaves nothing", async () => {
    const tool = behaving(`fs.writeFileSync(scratch + "/rows.tmp", Buffer.alloc(70000)); ${HANGS}`);
    const dump = await dumpBy(tool);
    const ended = expect(collect(dump)).rejects.toThrow("cancelled by a person");
    // What it writes on the way is a sign of life.
    await vi.waitFor(() => expect(dump.received()).toBeGreaterThan(70_000), { timeout: 30_000 });
    expect(toolsOf(test.io)).toHaveLength(1);
    for (const { line, environment } of toolsOf(test.io))
      expect(`${line}${environment}`).not.toContain("ünï");
    test.abort(new Error("cancelled by a person"));
    await ended;
    expect(toolsOf(test.io)).toEqual([]);
    expect(test.left()).toEqual([]);
  });

  it("leaves nothing where the server does not answer", async () => {
    const tool = behaving(WRITES);
    const engine = createSqlserverEngine([tool.directory]);
    const refused = { code: "CONNECTION_FAILED", details: { reason: "unreachable" } };
    await expect(engine.dump(BACPAC_CONFIG, WHOLE_DUMP, test.io)).rejects.toMatchObject(refused);
    expect(tool.call()).toBeNull();
    expect(test.left()).toEqual([]);
  });
});
