import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BSON, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupOptions } from "#lib/core/backup-options";
import {
  collect,
  type EngineUnderTest,
  engineContract,
  inPieces,
  testIo,
  testMemory,
  WHOLE_DUMP,
} from "#lib/engines/contract";
import { createMongodbEngine } from "#lib/engines/mongodb";
import { contentsOf } from "#lib/engines/mongodb/under-test";
import type { Engine } from "#lib/engines/types";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { runVerification } from "#lib/pipeline/verify";
import { local } from "#lib/storage/local";

const url = process.env.TEST_MONGODB_URL;
const tools = process.env.TEST_MONGODB_TOOLS ?? "";
const tlsPort = process.env.TEST_MONGODB_TLS_PORT;
if (url === undefined && process.env.CI)
  throw new Error("CI needs TEST_MONGODB_URL: a MongoDB root user's URL.");

const SECRET = `p@ss :\\'"/?#%&=$\`~!*(){}[]<>|;,+ ünï ${"x".repeat(5)}`;
const USER = `odd "user' \\ n@me:/?#+ ünï`;
const id = `${process.pid}`;
const server = new URL(url ?? "mongodb://127.0.0.1/");
const databases = { source: `dg-source_${id}`, target: `dg-target_${id}`, large: `dg-large_${id}` };
const base = {
  host: server.hostname,
  port: Number(server.port || 27_017),
  username: `${USER} ${id}`,
  password: SECRET,
  auth_source: databases.source,
  srv: false,
  ssl_enabled: false,
};
const config = (database: string) => ({ ...base, database });
const engine: Engine = createMongodbEngine([tools]);
const OPTIONS = { dropExisting: false, tables: [], parallelJobs: 1, extension: ".archive" };

let client: MongoClient;
let used = 0;

async function connect(): Promise<void> {
  used += 1;
  if (used === 1) client = await new MongoClient(url ?? "", { directConnection: true }).connect();
}

/** The test server knows no roles and every user may do everything; a real one needs the role. */
async function createUser(): Promise<void> {
  const user = { createUser: base.username, pwd: SECRET };
  const source = client.db(databases.source);
  await source
    .command({ ...user, roles: [{ role: "root", db: "admin" }] })
    .catch(() => source.command({ ...user, roles: [] }));
}

async function createAll(): Promise<void> {
  await connect();
  const source = client.db(databases.source);
  await createUser();
  await source.collection("types").insertMany(everyType());
  for (const name of ["ünï-日本", "*star", "a.b.c", "-dash", "back\\slash", "dg-target"]) {
    await source.collection(name).insertMany([{ n: 1 }, { n: 2, name }]);
  }
  await source.createCollection("empty");
  await source.createCollection("capped", { capped: true, size: 1_000_000, max: 100 });
  await source.collection("users").createIndexes([
    { key: { mail: 1 }, name: "mail_unique", unique: true },
    { key: { age: -1, "address.city": 1 }, name: "compound" },
  ]);
  await source.collection("users").insertMany(
    Array.from({ length: 500 }, (_, n) => ({
      mail: `${n}@example.org`,
      age: n % 90,
      address: { city: "São" },
    })),
  );
  await source.collection<{ _id: string; text: string }>("huge").insertOne({
    _id: "15 MB",
    text: "x".repeat(15 * 1024 * 1024),
  });
}

/** What the test server can hold; the archive's reader is tested with every type of BSON in a file of its own. */
function everyType(): BSON.Document[] {
  const values = {
    double: new BSON.Double(1.5),
    int: new BSON.Int32(3),
    long: BSON.Long.fromString("9007199254740993"),
    oid: new BSON.ObjectId("0123456789abcdef01234567"),
    binary: new BSON.Binary(Buffer.from([0, 255, 1])),
    uuid: new BSON.UUID("00112233-4455-4677-8899-aabbccddeeff"),
    timestamp: new BSON.Timestamp({ t: 1, i: 2 }),
    date: new Date(1),
    regex: /a+/i,
    bool: false,
    text: "ünï 日本 \0 𝄞",
    list: [1, "two", { three: 3 }],
    object: { a: { b: {} } },
  };
  return [...Object.entries(values).map(([kind, value]) => ({ kind, value })), { kind: "null", value: null }];
}

async function createLarge(): Promise<void> {
  const large = client.db(databases.large).collection("big");
  const text = "0123456789".repeat(20);
  for (let at = 0; at < 60_000; at += 10_000) {
    await large.insertMany(Array.from({ length: 10_000 }, (_, n) => ({ n: at + n, text })));
  }
}

async function dropAll(): Promise<void> {
  used -= 1;
  if (used > 0) return;
  await client.db(databases.source).command({ dropUser: base.username });
  for (const name of Object.values(databases)) await client.db(name).dropDatabase();
  await client.close();
}

const contents = (of: object) => contentsOf(client.db((of as { database: string }).database));

/** Signed by nobody that signs here: a certificate of its own. */
const OTHER_CA = `-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUXXLiokru2zMSbCgBTBvdR7iKOn8wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMTg1NDEzWhgP
MjEyNjEwMjgxODU0MTNaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7dcDSH0YiUR/Bn1UscpRWrq7NvQ0A046
Lpc0qzDLbdBOtIaCTksuUYh2qiOHStH9KMyY/qIcQwT+0vKshRS2B6NTMFEwHQYD
VR0OBBYEFKiC6p7Anl/yTWqxx+QZUC/B9kIKMB8GA1UdIwQYMBaAFKiC6p7Anl/y
TWqxx+QZUC/B9kIKMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
XVLjOpcxHgWiLN4ofJEuDsLx5L2R0XJnAorlVMSM9qICIBZ6lC3HBE7dtSfNzibn
hK9MzbYJwe2sQr5ZGlL4S2eJ
-----END CERTIFICATE-----`;
const scratch = mkdtempSync(join(tmpdir(), "dg-tools-"));

/** An engine whose mongodump is a script around the real one. */
function wrapped(name: string, script: (real: string) => string): Engine {
  const directory = join(scratch, name);
  const real = join(tools, "mongodump");
  mkdirSync(directory, { recursive: true });
  const body = `#!/bin/sh\ncase "$1" in --version) exec ${real} --version;; esac\n${script(real)}\n`;
  writeFileSync(join(directory, "mongodump"), body);
  chmodSync(join(directory, "mongodump"), 0o755);
  return createMongodbEngine([directory]);
}

async function setup(): Promise<EngineUnderTest> {
  await createAll();
  await createLarge();
  return {
    engine,
    source: config(databases.source),
    target: config(databases.target),
    large: config(databases.large),
    login: { wrongPassword: { ...config(databases.source), password: "wrong" }, secret: SECRET },
    contents,
    tool: {
      exitsThree: wrapped("three", (real) => `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`),
      truncates: wrapped("truncates", (real) => `${real} "$@" | head -c 20000`),
    },
    dispose: async () => {
      await dropAll();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

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
      expect((await engine.databases?.list(common.config, test.io)) ?? []).not.toContain(databaseName);
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
      const found = await engine.databases?.list(config(databases.source), test.io);
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
