import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { inPieces, testMemory } from "#lib/engines/contract";
import { toolsOf } from "#lib/engines/processes-under-test";
import { createSqlserverEngine } from "#lib/engines/sqlserver";
import { importInto, receiveBacpac } from "#lib/engines/sqlserver/bacpac-restore";
import { type FakeSqlpackage, smallBacpac } from "#lib/engines/sqlserver/fake-sqlpackage";
import { runSqlpackage } from "#lib/engines/sqlserver/run-sqlpackage";
import { importParameters } from "#lib/engines/sqlserver/sqlpackage-parameters";
import { chooseSqlpackage } from "#lib/engines/sqlserver/sqlpackage-tool";
import { BACPAC_CONFIG, BACPAC_RESTORE, sqlpackageTest } from "#lib/engines/sqlserver/under-test";

const bacpac = await smallBacpac();
const test = sqlpackageTest();
const { behaving } = test;

describe("an import by a fake sqlpackage", () => {
  const importBy = async ({ directory }: FakeSqlpackage, into = "dg_import_1") => {
    const own = join(test.io.tempDirectory, "own");
    mkdirSync(own, { mode: 0o700 });
    const parameters = importParameters(BACPAC_CONFIG, join(own, "database.bacpac"), into);
    const tool = await chooseSqlpackage([directory]);
    const run = {
      tool,
      config: BACPAC_CONFIG,
      parameters,
      directory: own,
      signal: test.io.signal,
      log: test.io.log,
    };
    try {
      return await runSqlpackage({ ...run, fallback: "RESTORE_FAILED" });
    } finally {
      expect(existsSync(join(own, "parameters.rsp"))).toBe(false);
    }
  };

  it("creates the database that it is told, by parameters in a file", async () => {
    const tool = behaving('say("Importing package schema and data into database"); say("Warning: x");');
    expect(await importBy(tool)).toEqual(["Warning: x"]);
    const call = tool.call();
    expect(call?.text).toContain('"/TargetDatabaseName:dg_import_1"\n');
    expect(call?.text).toContain('"/TargetPassword:p@ss ;\\""\'={}[]% \\ ünï"\n');
    expect(call?.argv).toHaveLength(1);
    expect(call?.mode).toBe(0o600);
  });

  it("fails in the tool's own words", async () => {
    const tool = behaving(
      'complain("*** Error importing database:Could not import package."); complain("Error SQL0: File contains corrupted data."); process.exit(1);',
    );
    const failed = {
      code: "RESTORE_FAILED",
      message: expect.stringMatching(/Could not import.*corrupted data/),
    };
    await expect(importBy(tool)).rejects.toMatchObject(failed);
  });

  it("ends with its tool when it is cancelled", async () => {
    const tool = behaving(
      "process.on('SIGTERM', () => process.exit(143)); setInterval(() => undefined, 1000);",
    );
    const ended = expect(importBy(tool)).rejects.toThrow("called off");
    await vi.waitFor(() => expect(tool.call()).not.toBeNull(), { timeout: 30_000 });
    test.abort(new Error("called off"));
    await ended;
    expect(toolsOf(test.io)).toEqual([]);
  });

  it.each([
    [
      "fails, and the server is away: it is still remembered",
      'complain("Error SQL0: no"); process.exit(1);',
      true,
      1,
    ],
    ["is whole and takes an existing target's place: it is nobody's to drop", 'say("Done");', true, 0],
    [
      "is whole, but has no name yet that anybody waits for: it is still remembered",
      'say("Done");',
      false,
      1,
    ],
  ])("remembers what it makes; where it %s", async (_what, behaviour, exists, left) => {
    const fake = behaving(behaviour);
    const { temporary, states } = testMemory();
    const known: string[] = [];
    const record: typeof temporary.record = (names) => {
      expect(fake.call()).toBeNull();
      known.push(...names);
      return temporary.record(names);
    };
    const own = { directory: test.io.tempDirectory, file: join(test.io.tempDirectory, "database.bacpac") };
    const tool = await chooseSqlpackage([fake.directory]);
    const work = {
      config: BACPAC_CONFIG,
      io: test.io,
      tool,
      version: "16",
      exists,
      temporary: { ...temporary, record },
    };
    await expect(importInto({ ...work, ...own })).rejects.toMatchObject({ code: "RESTORE_FAILED" });
    expect(known).toEqual([expect.stringMatching(/^dg_import_[0-9a-f]{12}$/)]);
    expect(fake.call()?.text).toContain(`"/TargetDatabaseName:${known[0]}"`);
    expect([...states]).toEqual(left === 1 ? [[known[0], "recorded"]] : []);
  });

  it("takes a whole .bacpac only, into a file of its owner", async () => {
    const file = join(test.io.tempDirectory, "x.bacpac");
    await receiveBacpac(inPieces(bacpac, 1000), file, test.io.signal);
    expect(readFileSync(file).equals(bacpac)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const wrong of [
      Buffer.alloc(0),
      Buffer.from("TAPE"),
      bacpac.subarray(0, -1),
      bacpac.subarray(-30),
    ]) {
      rmSync(file);
      const refused = receiveBacpac(inPieces(wrong), file, test.io.signal);
      await expect(refused).rejects.toMatchObject({ code: "RESTORE_FAILED" });
    }
  });

  it("changes and leaves nothing where the server does not answer", async () => {
    const tool = behaving("");
    const engine = createSqlserverEngine([tool.directory]);
    const restore = engine.restore(BACPAC_CONFIG, inPieces(bacpac), BACPAC_RESTORE, test.io);
    await expect(restore).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(restore).rejects.toThrow(/Nothing was changed/);
    expect(tool.call()).toBeNull();
    expect(test.left()).toEqual([]);
  });

  it("is what a .bacpac gets whatever the target's own method is, and a .bak never", async () => {
    const engine = createSqlserverEngine([behaving("").directory]);
    const native = {
      ...BACPAC_CONFIG,
      backup_method: "native" as const,
      backup_directory: test.io.tempDirectory,
    };
    const refused = { code: "CONNECTION_FAILED" };
    await expect(engine.restore(native, inPieces(bacpac), BACPAC_RESTORE, test.io)).rejects.toMatchObject(
      refused,
    );
    const bak = engine.restore(
      BACPAC_CONFIG,
      inPieces(bacpac),
      { ...BACPAC_RESTORE, extension: ".bak" },
      test.io,
    );
    await expect(bak).rejects.toMatchObject({
      code: "INVALID_CONNECTION_CONFIG",
      details: [{ field: "connection_config.backup_directory" }],
    });
  });
});
