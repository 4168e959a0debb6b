import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeIdentifier } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupOptions } from "#lib/core/backup-options";
import { collect, engineContract, inPieces, testIo, testMemory, WHOLE_DUMP } from "#lib/engines/contract";
import { postgres } from "#lib/engines/postgres";
import {
  config,
  contents,
  createAll,
  databases,
  dropAll,
  id,
  setup,
  sql,
  url,
  wrapped,
} from "#lib/engines/postgres/under-test";
import { toolsOf } from "#lib/engines/processes-under-test";
import type { Engine } from "#lib/engines/types";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { runVerification } from "#lib/pipeline/verify";
import { local } from "#lib/storage/local";

describe.skipIf(url === undefined)("TEST_POSTGRES_URL (apt-get install postgresql)", () => {
  engineContract("postgres", setup);

  describe("postgres of its own", () => {
    beforeAll(createAll);
    afterAll(dropAll);
    const engine: Engine = postgres;

    const dumped = async (options: Partial<typeof WHOLE_DUMP>) => {
      const test = testIo();
      try {
        const { facts } = await collect(
          await engine.dump(config(databases.source), { ...WHOLE_DUMP, ...options }, test.io),
        );
        return Object.keys(facts.inventory.tables);
      } finally {
        test.dispose();
      }
    };

    it("takes names of tables literally", async () => {
      const odd = 'Odd " schema.*.We|ird? (t)';
      expect(await dumped({ includeTables: [odd, "public.plain"] as never })).toEqual([odd, "public.plain"]);
      expect(await dumped({ excludeTables: [odd, "parted", "pl*"] as never })).toEqual([
        "public.empty",
        "public.plain",
      ]);
      await expect(dumped({ includeTables: ["pl%n"] as never })).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
      });
    });

    it("dumps with several jobs and restores with several", async () => {
      const test = testIo();
      const dump = await engine.dump(config(databases.source), { ...WHOLE_DUMP, parallelJobs: 3 }, test.io);
      const { bytes } = await collect(dump);
      expect(dump.extension).toBe(".tar");
      const options = {
        dropExisting: true,
        tables: [],
        parallelJobs: 3,
        extension: ".tar",
        sourceName: null,
      };
      await engine.restore(config(databases.target), inPieces(bytes), options, test.io);
      expect(await contents(config(databases.target))).toEqual(await contents(config(databases.source)));
      expect(test.left()).toEqual([]);
      test.dispose();
    });

    it("restores chosen tables with all that is theirs", async () => {
      const test = testIo();
      const { bytes } = await collect(await engine.dump(config(databases.source), WHOLE_DUMP, test.io));
      const target = config(`${databases.target} new`);
      const options = {
        dropExisting: false,
        tables: ["public.plain"],
        parallelJobs: 1,
        extension: ".dump",
        sourceName: null,
      };
      try {
        await engine.restore(target, inPieces(bytes), options, test.io);
        const indexes = "SELECT indexname FROM pg_indexes WHERE tablename = 'plain' ORDER BY 1";
        expect(await sql(target.database, indexes)).toHaveLength(3);
        expect(await sql(target.database, "SELECT last_value::int AS v FROM plain_id_seq")).toEqual([
          { v: 3000 },
        ]);
        await expect(
          engine.restore(target, inPieces(bytes), { ...options, tables: ["public.absent"] }, test.io),
        ).rejects.toMatchObject({ code: "NOT_FOUND" });
        const conflict = engine.restore(target, inPieces(bytes), options, test.io);
        await expect(conflict).rejects.toMatchObject({ code: "RESTORE_FAILED" });
        await expect(conflict).rejects.toThrow(/already exists.*Nothing was changed/s);
      } finally {
        await sql(null, `DROP DATABASE IF EXISTS ${escapeIdentifier(target.database)} WITH (FORCE)`);
        test.dispose();
      }
    });

    it("goes the whole way: backup in parts, verification, restore", async () => {
      const test = testIo();
      const root = mkdtempSync(join(tmpdir(), "dg-way-"));
      const adapter = local.open({ path: root }, { allowedRoots: [root], isNew: true });
      const io = { ...test.io, log: test.io.log, onProgress: () => undefined };
      const sources = [{ storageLocationId: "one", adapter }];
      const common = { engine, config: config(databases.large), directory: "ds/job/run" };
      const result = await runBackup(
        {
          ...common,
          executionId: "0f0e0d0c-0000-4000-8000-000000000000",
          jobId: null,
          options: backupOptions.parse({ max_file_size_mb: 1 }),
          targets: sources,
          createdAt: new Date(0),
          stallMs: 60_000,
          metadata: {},
        },
        io,
      );
      expect(result.chunks.length).toBeGreaterThan(2);
      const manifest = await readManifest(adapter, common.directory);
      const databaseName = `dg_verify_${id}`;
      const { temporary, states } = testMemory();
      const report = await runVerification(
        { ...common, manifest, sources, databaseName, keepDatabase: false, temporary },
        io,
      );
      expect(report.tables).toEqual([{ table: "public.big", expected: 120_000, actual: 120_000 }]);
      expect([...states]).toEqual([[databaseName, "dropped"]]);
      const left = await sql(null, `SELECT datname FROM pg_database WHERE datname LIKE '${databaseName}%'`);
      expect(left).toEqual([]);
      const facts = await runRestore(
        {
          ...common,
          config: config(databases.target),
          manifest,
          sources,
          dropExisting: true,
          tables: [],
          parallelJobs: 1,
        },
        io,
      );
      expect(facts.sourceStorageLocationId).toBe("one");
      expect(test.left()).toEqual([]);
      rmSync(root, { recursive: true });
      test.dispose();
    });

    it("ends a stalled source", async () => {
      const test = testIo();
      const root = mkdtempSync(join(tmpdir(), "dg-stall-"));
      const adapter = local.open({ path: root }, { allowedRoots: [root], isNew: true });
      const stalls = await wrapped("stalls", (real) => `${real} "$@" | head -c 10000; kill -STOP $$`);
      const running = runBackup(
        {
          engine: stalls,
          config: config(databases.large),
          executionId: "stalled-execution",
          jobId: null,
          options: backupOptions.parse({}),
          targets: [{ storageLocationId: "one", adapter }],
          directory: "ds/job/run",
          createdAt: new Date(0),
          stallMs: 500,
          metadata: {},
        },
        { ...test.io, log: test.io.log, onProgress: () => undefined },
      );
      await expect(running).rejects.toMatchObject({ code: "STALLED" });
      expect((await adapter.list("")).entries).toEqual([]);
      expect(toolsOf(test.io)).toEqual([]);
      rmSync(root, { recursive: true });
      test.dispose();
    });

    it("drops nothing but its own databases", async () => {
      const test = testIo();
      const drop = postgres.verification?.dropTemporary(config(databases.source), databases.target, test.io);
      await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
      test.dispose();
    });

    it.each([
      [{ database: "no such database" }, "does not exist", "error"],
      [{ username: "nobody here" }, /wrong|does not exist/, "auth_failed"],
      [{ port: 1 }, "refused", "unreachable"],
      [{ host: "no-such-host.invalid" }, /unknown|looked up/, "unreachable"],
      [{ ssl_enabled: true }, /TLS|certificate|never/, "error"],
    ])("says precisely why %o cannot work", async (change, message, reason) => {
      const test = testIo();
      const probe = postgres.probe({ ...config(databases.source), ...change }, test.io);
      const ended = await probe.then(
        () => null,
        (error: unknown) => error as Error & { details: unknown },
      );
      // A server may well speak TLS; then there is nothing to explain.
      if (ended === null) expect(change).toEqual({ ssl_enabled: true });
      else {
        expect(ended.message).toMatch(message);
        expect(ended).toMatchObject({ code: "CONNECTION_FAILED", details: { reason } });
      }
      test.dispose();
    });
  });
});
