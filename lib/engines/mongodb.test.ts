import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupOptions } from "#lib/core/backup-options";
import { collect, engineContract, inPieces, testIo, testMemory, WHOLE_DUMP } from "#lib/engines/contract";
import {
  client,
  config,
  contents,
  createAll,
  databases,
  dropAll,
  engine,
  id,
  OPTIONS,
  OTHER_CA,
  setup,
  tlsPort,
  url,
} from "#lib/engines/mongodb/under-test";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { runVerification } from "#lib/pipeline/verify";
import { local } from "#lib/storage/local";

describe.skipIf(url === undefined)("TEST_MONGODB_URL (install Go, or MongoDB and its Database Tools)", () => {
  engineContract("mongodb", setup);

  describe("mongodb of its own", () => {
    beforeAll(createAll);
    afterAll(dropAll);

    const dumped = async (options: Partial<typeof WHOLE_DUMP>, of = databases.source) => {
      const test = testIo();
      try {
        return await collect(await engine.dump(config(of), { ...WHOLE_DUMP, ...options }, test.io));
      } finally {
        test.dispose();
      }
    };
    const fresh = async <T>(work: (target: ReturnType<typeof config>) => Promise<T>): Promise<T> => {
      const target = config(`${databases.target}_new`);
      try {
        return await work(target);
      } finally {
        await client.db(target.database).dropDatabase();
      }
    };

    it("counts what the archive holds and records indexes", async () => {
      const { facts } = await dumped({});
      expect(facts.inventory.tables).toMatchObject({ users: 500, empty: 0, huge: 1, "*star": 2, types: 14 });
      expect(facts.inventory.facts?.["users (indexes)"]).toBe(
        '_id_ {"_id":1}; compound {"age":-1,"address.city":1}; mail_unique {"mail":1} unique=true',
      );
      expect(facts.rowsApproximate).toBe(527);
    });

    it("takes names of collections literally", async () => {
      const names = async (options: object) => Object.keys((await dumped(options)).facts.inventory.tables);
      expect(await names({ includeTables: ["*star", "-dash"] })).toEqual(["*star", "-dash"]);
      expect(await names({ includeTables: ["-dash"] })).toEqual(["-dash"]);
      expect(await names({ excludeTables: ["huge", "u*", "users", "types"] })).toContain("ünï-日本");
      await expect(names({ includeTables: ["star"] })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    });

    it("restores chosen collections, and refuses to mix with what is there", async () => {
      const test = testIo();
      const { bytes } = await dumped({ excludeTables: ["huge"] });
      const options = { ...OPTIONS, tables: ["users", "*star"], sourceName: databases.source };
      await fresh(async (target) => {
        await engine.restore(target, inPieces(bytes, 777), options, test.io);
        const held = await engine.verification?.inventory(target, test.io);
        expect(held?.tables).toEqual({ "*star": 2, users: 500 });
        await expect(
          engine.restore(target, inPieces(bytes), { ...options, tables: ["absent"] }, test.io),
        ).rejects.toMatchObject({ code: "NOT_FOUND" });
        const again = engine.restore(target, inPieces(bytes), options, test.io);
        await expect(again).rejects.toMatchObject({ code: "RESTORE_FAILED" });
        await expect(again).rejects.toThrow(/already holds .*Nothing was changed/);
      });
      test.dispose();
    });

    it("leaves an empty target empty when the archive is cut off, wherever that is", async () => {
      const test = testIo();
      const { bytes } = await dumped({ excludeTables: ["huge"] });
      const options = { ...OPTIONS, sourceName: null };
      await fresh(async (target) => {
        for (const at of [2, 500, Math.floor(bytes.length / 2), bytes.length - 4]) {
          const cut = engine.restore(target, inPieces(bytes.subarray(0, at)), options, test.io);
          await expect(cut).rejects.toMatchObject({ code: "RESTORE_FAILED" });
          await expect(cut).rejects.toThrow(/Nothing was changed|is empty again/);
          expect(await client.db(target.database).listCollections().toArray()).toEqual([]);
        }
        const noise = engine.restore(target, inPieces(Buffer.alloc(5000, "noise")), options, test.io);
        await expect(noise).rejects.toThrow(/no archive of mongodump.*Nothing was changed/);
      });
      expect(test.left()).toEqual([]);
      test.dispose();
    });

    it("goes the whole way: backup in parts, verification, restore", async () => {
      const test = testIo();
      const root = mkdtempSync(join(tmpdir(), "dg-way-"));
      const adapter = local.open({ path: root }, { allowedRoots: [root], isNew: true });
      const io = { ...test.io, log: test.io.log, onProgress: () => undefined };
      const sources = [{ storageLocationId: "one", adapter }];
      const common = { engine, config: config(databases.source), directory: "ds/job/run" };
      const request = { executionId: "0f0e0d0c-0000-4000-8000-000000000000", jobId: null, targets: sources };
      const rules = { createdAt: new Date(0), stallMs: 60_000, metadata: {} };
      const options = backupOptions.parse({ max_file_size_mb: 1, compression: "none", parallel_jobs: 3 });
      await runBackup({ ...common, ...request, ...rules, options }, io);
      const manifest = await readManifest(adapter, common.directory);
      expect(manifest.chunks.length).toBeGreaterThan(10);
      const databaseName = `dg_verify_${id}`;
      const { temporary, states } = testMemory();
      const report = await runVerification(
        { ...common, manifest, sources, databaseName, keepDatabase: false, temporary },
        io,
      );
      expect(report.tables).toContainEqual({ table: "users", expected: 500, actual: 500 });
      expect([...states]).toEqual([[databaseName, "dropped"]]);
      expect(await client.db(databaseName).listCollections().toArray()).toEqual([]);
      const wanted = { dropExisting: true, tables: [], parallelJobs: 2 };
      await fresh(async (target) => {
        await runRestore({ ...common, config: target, manifest, sources, ...wanted }, io);
        expect(await contents(target)).toEqual(await contents(common.config));
      });
      expect(test.left()).toEqual([]);
      rmSync(root, { recursive: true });
      test.dispose();
    });

    it("finds a restored database that lacks a document or an index", async () => {
      const test = testIo();
      const { bytes, facts } = await dumped({ includeTables: ["users"] });
      await fresh(async (target) => {
        await engine.restore(target, inPieces(bytes), { ...OPTIONS, sourceName: null }, test.io);
        expect(await engine.verification?.inventory(target, test.io)).toEqual(facts.inventory);
        await client.db(target.database).collection("users").deleteOne({});
        await client.db(target.database).collection("users").dropIndex("compound");
        const found = await engine.verification?.inventory(target, test.io);
        expect(found?.tables).toEqual({ users: 499 });
        expect(found?.facts).not.toEqual(facts.inventory.facts);
      });
      test.dispose();
    });

    it("lists databases and describes collections with samples that are small", async () => {
      const test = testIo();
      const temporary = client.db(`dg_verify_seen_${id}`);
      await temporary.createCollection("one");
      const found = await engine.databases?.list(config(databases.source), test.io);
      await temporary.dropDatabase();
      expect(found).not.toContain(temporary.databaseName);
      expect(found).toContain(databases.source);
      expect(found).not.toContain("admin");
      expect(engine.databases?.select(config("a"), "b")).toEqual(config("b"));
      const tables = (await engine.schema?.(config(databases.source), test.io)) ?? [];
      expect(tables.find(({ name }) => name === "users")).toMatchObject({
        kind: "collection",
        schema: null,
        rowsEstimate: 500,
        columns: [
          { name: "_id", type: "objectId", nullable: false, primaryKey: true },
          { name: "mail", type: "string", nullable: false, primaryKey: false },
          { name: "age", type: "int32", nullable: false },
          { name: "address", type: "object" },
        ],
      });
      for (const { samples } of tables) expect(samples?.length).toBeLessThanOrEqual(5);
      expect(JSON.stringify(tables).length).toBeLessThan(50_000);
      test.dispose();
    });

    it.runIf(tlsPort !== undefined)("speaks TLS, and checks the server where a CA is given", async () => {
      const test = testIo();
      const secure = { ...config(databases.source), port: Number(tlsPort), ssl_enabled: true };
      const checked = { ...secure, ssl_ca: process.env.TEST_MONGODB_CA ?? "" };
      for (const each of [secure, checked]) {
        await engine.probe(each, test.io);
        const options = { ...WHOLE_DUMP, includeTables: ["users"] };
        const { facts } = await collect(await engine.dump(each, options, test.io));
        expect(facts.rowsApproximate).toBe(500);
      }
      const other = await engine
        .probe({ ...checked, ssl_ca: OTHER_CA }, test.io)
        .catch((error: unknown) => error);
      expect(other).toMatchObject({ code: "CONNECTION_FAILED", message: /certificate/ });
      expect(test.left()).toEqual([]);
      test.dispose();
    });

    it("drops nothing but its own databases", async () => {
      const test = testIo();
      const drop = engine.verification?.dropTemporary(config(databases.source), databases.target, test.io);
      await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
      test.dispose();
    });

    it("takes a database that is not there for a failed backup", async () => {
      const test = testIo();
      const dump = engine.dump(config("not-there"), WHOLE_DUMP, test.io);
      await expect(dump).rejects.toMatchObject({ code: "DUMP_FAILED", message: /does not exist/ });
      test.dispose();
    });

    it.each([
      [{ username: "nobody here" }, /wrong/, "auth_failed"],
      [{ username: undefined }, /not authorized/, "auth_failed"],
      [{ auth_source: "elsewhere" }, /wrong/, "auth_failed"],
      [{ port: 1 }, /refused/, "unreachable"],
      [{ host: "127.0.0.1:1,127.0.0.1:2" }, /refused/, "unreachable"],
      [{ host: "no-such-host.invalid" }, /unknown|looked up/, "unreachable"],
      [{ host: "no-such-host.invalid", srv: true }, /seed list|unknown|looked up/, "unreachable"],
      [{ ssl_enabled: true }, /TLS|cut/, /error|unreachable/],
    ])("says precisely why %o cannot work", async (change, message, reason) => {
      const test = testIo();
      const ended = await engine.probe({ ...config(databases.source), ...change }, test.io).then(
        () => null,
        (error: unknown) => error as Error & { details: { reason: string } },
      );
      expect(ended).toMatchObject({ code: "CONNECTION_FAILED" });
      expect(ended?.message).toMatch(message);
      expect(ended?.details.reason).toMatch(reason);
      test.dispose();
    });
  });
});
