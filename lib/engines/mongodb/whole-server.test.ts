import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasMongodbMember, type MongodbMember, startMongodbMember } from "#e2e/servers/mongodb";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { createMongodbEngine } from "#lib/engines/mongodb";
import { ArchiveScan } from "#lib/engines/mongodb/archive-scan";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { contentsOf } from "#lib/engines/mongodb/under-test";
import type { EngineIo } from "#lib/engines/types";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";

const tools = process.env.TEST_MONGODB_TOOLS;
const engine = createMongodbEngine([tools ?? ""]);
const OPTIONS = { dropExisting: true, tables: [], parallelJobs: 1, extension: ".archive", sourceName: null };
/** More than fits into mongodump (16 MB) and the pool: while nobody reads on, mongodump cannot either. */
const HELD_BACK_MIB = 30 + 2 * (COMPRESS_CONCURRENCY + 2);
const OPLOG = { capped: true, size: 100_000_000 };

interface Step {
  readonly _id: number;
}

describe.skipIf(!hasMongodbMember)("a whole MongoDB server, with an oplog (install Go)", () => {
  let directory: string;
  let member: MongodbMember;
  let client: MongoClient;
  let config: MongodbConfig;
  const steps = (database: string) => client.db(database).collection<Step>("log");

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dg-member-"));
    member = await startMongodbMember(directory);
    client = await MongoClient.connect(member.url, { directConnection: true });
    const { hostname, port, username, password } = new URL(member.url);
    config = engine.config.parse({ host: hostname, port: Number(port), username, password });
  });
  afterAll(async () => {
    await client?.close();
    await member?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Two logs of steps, of which the second is always the same or one behind. */
  beforeEach(async () => {
    for (const name of await names()) await client.db(name).dropDatabase();
    await client.db("local").dropCollection("oplog.rs");
    await client.db("local").createCollection("oplog.rs", OPLOG);
    await steps("first").insertOne({ _id: 0 });
    await steps("second").insertOne({ _id: 0 });
    await steps("second").createIndex({ at: 1 });
    await client.db("second").collection("state").insertOne({ at: 0 });
  });

  /** What holds a dump up. It is older than the oplog, which would only grow by it. */
  async function addBlobs(): Promise<void> {
    await client.db("local").dropCollection("oplog.rs");
    const blob = "x".repeat(1024 * 1024);
    const blobs = Array.from({ length: HELD_BACK_MIB }, () => ({ blob }));
    await client.db("first").collection("blobs").insertMany(blobs);
    await client.db("local").createCollection("oplog.rs", OPLOG);
    await step(1);
  }

  const names = async () => (await engine.databases?.list(config, testIo().io)) ?? [];

  /** One step: an insert here, then there, an update, and a delete of an old one. */
  async function step(n: number): Promise<void> {
    await steps("first").insertOne({ _id: n });
    await steps("second").insertOne({ _id: n });
    await client
      .db("second")
      .collection("state")
      .updateOne({}, { $set: { at: n } });
    if (n > 20) for (const database of ["first", "second"]) await steps(database).deleteOne({ _id: n - 20 });
  }

  const dumped = async (io: EngineIo) => collect(await engine.dump(config, WHOLE_DUMP, io));

  /** Does `work` while mongodump waits to get rid of what comes after the first bytes. */
  const dumpAndMeanwhile = async (work: () => Promise<unknown>, io: EngineIo) =>
    collect(await engine.dump(config, WHOLE_DUMP, io), work);

  /** Of all databases but the server's own. */
  async function contents(): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    for (const name of await names()) {
      const found = Object.entries(await contentsOf(client.db(name)));
      for (const [collection, content] of found) all[`${name}.${collection}`] = content;
    }
    return all;
  }

  it("comes back as it was when the dump ended, though it was written to while it ran", async () => {
    const test = testIo();
    await addBlobs();
    const { bytes, facts } = await dumpAndMeanwhile(async () => {
      for (let n = 2; n <= 100; n += 1) await step(n);
    }, test.io);
    const source = await contents();
    expect(facts.databases).toEqual(["first", "second"]);
    expect(Object.keys(facts.inventory.tables)).toEqual([
      "first.blobs",
      "first.log",
      "second.log",
      "second.state",
    ]);
    expect(facts.inventory.facts?.["second.log (indexes)"]).toContain('at_1 {"at":1}');
    expect(test.lines.join("\n")).toMatch(/info Oplog entries: \d+; restored, the backup is a copy of/);
    const scan = new ArchiveScan();
    scan.update(bytes);
    expect(scan.oplogEntries()).toBeGreaterThanOrEqual(99 * 3);
    // The documents alone are older: it is the oplog that brings them to the end.
    expect(facts.inventory.tables["second.log"]).toBeLessThan(20);

    await client.db("second").dropDatabase();
    await steps("first").insertOne({ _id: -1 });
    await client.db("other").collection("kept").insertOne({ n: 1 });
    await engine.restore(config, inPieces(bytes), OPTIONS, test.io);
    expect(test.lines.join("\n")).toMatch(/users and roles replace all/);
    expect(await client.db("other").collection("kept").countDocuments()).toBe(1);
    await client.db("other").dropDatabase();
    expect(await contents()).toEqual(source);
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("is of one instant while somebody goes on writing", async () => {
    const test = testIo();
    await addBlobs();
    let over = false;
    let n = 1;
    let writing = Promise.resolve();
    const write = async () => {
      while (!over) await step(++n);
    };
    const { bytes } = await dumpAndMeanwhile(async () => {
      writing = write();
      while (n < 50) await new Promise((resolve) => setImmediate(resolve));
    }, test.io);
    over = true;
    await writing;
    await engine.restore(config, inPieces(bytes), OPTIONS, test.io);
    const last = async (database: string) =>
      (await steps(database).find().sort({ _id: -1 }).limit(1).toArray())[0]?._id ?? Number.NaN;
    const [first, second] = [await last("first"), await last("second")];
    expect(first).toBeGreaterThanOrEqual(50);
    expect([0, 1]).toContain(first - second);
    const [state] = await client.db("second").collection("state").find().toArray();
    expect([0, 1]).toContain(second - state?.at);
    test.dispose();
  });

  it("says so when the oplog rolled over during the dump", async () => {
    const test = testIo();
    await addBlobs();
    const dumping = dumpAndMeanwhile(async () => {
      await client.db("local").collection("oplog.rs").deleteMany({});
      await step(2);
    }, test.io);
    await expect(dumping).rejects.toMatchObject({ code: "DUMP_FAILED", message: /oplog rolled over/ });
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("goes on without an oplog where there is none, and says what that means", async () => {
    const test = testIo();
    await client.db("local").dropCollection("oplog.rs");
    const { bytes } = await dumped(test.io);
    expect(test.lines.join("\n")).toMatch(/warn The server has no oplog/);
    const source = await contents();
    await client.db("first").dropDatabase();
    await engine.restore(config, inPieces(bytes), OPTIONS, test.io);
    expect(await contents()).toEqual(source);
    test.dispose();
  });

  it("gives one database or a few collections back, without the oplog", async () => {
    const test = testIo();
    const { bytes } = await dumped(test.io);
    await steps("first").insertOne({ _id: 7 });
    await steps("second").deleteMany({});
    await engine.restore({ ...config, database: "second" }, inPieces(bytes), OPTIONS, test.io);
    expect(await steps("second").find().toArray()).toEqual([{ _id: 0 }]);
    expect(await steps("first").countDocuments({ _id: 7 })).toBe(1);
    expect(test.lines.join("\n")).toMatch(/warn Of the whole server's backup only the database second/);

    await engine.restore(config, inPieces(bytes), { ...OPTIONS, tables: ["first.log"] }, test.io);
    expect(await steps("first").find().toArray()).toEqual([{ _id: 0 }]);
    const into = (database: string, tables: string[]) =>
      engine.restore({ ...config, database }, inPieces(bytes), { ...OPTIONS, tables }, test.io);
    await expect(into("third", [])).rejects.toThrow(
      /holds the databases first, second, but none called third/,
    );
    await expect(into("second", ["first.log"])).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await names()).toEqual(["first", "second"]);
    test.dispose();
  });

  it("takes a backup of one database in under its own name", async () => {
    const test = testIo();
    const dump = await engine.dump({ ...config, database: "second" }, WHOLE_DUMP, test.io);
    const { bytes, facts } = await collect(dump);
    expect(facts.databases).toBeUndefined();
    const source = await contents();
    await client.db("second").dropDatabase();
    await engine.restore(config, inPieces(bytes), { ...OPTIONS, sourceName: "second" }, test.io);
    expect(await contents()).toEqual(source);
    await steps("second").deleteMany({});
    const chosen = { ...OPTIONS, sourceName: "second", tables: ["log"] };
    await engine.restore(config, inPieces(bytes), chosen, test.io);
    expect(await contents()).toEqual(source);
    test.dispose();
  });

  it("mixes with nothing, and leaves empty what was empty when the archive is cut off", async () => {
    const test = testIo();
    const { bytes } = await dumped(test.io);
    const kept = { ...OPTIONS, dropExisting: false };
    const mixing = engine.restore(config, inPieces(bytes), kept, test.io);
    await expect(mixing).rejects.toThrow(
      /already holds first\.log, second\.log, second\.state: .*Nothing was changed/,
    );
    await client.db("first").dropDatabase();
    await client.db("second").dropDatabase();
    const cut = engine.restore(config, inPieces(bytes.subarray(0, -100)), kept, test.io);
    await expect(cut).rejects.toThrow(/cut off.*databases of the backup are empty again.*Users and roles/);
    expect(await contents()).toEqual({});
    for (const name of await names()) await client.db(name).dropDatabase();
    await expect(engine.dump(config, WHOLE_DUMP, test.io)).rejects.toThrow(/no database besides its own/);
    await engine.restore(config, inPieces(bytes), kept, test.io);
    expect(await steps("second").countDocuments()).toBe(1);
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("cannot leave collections out", async () => {
    const test = testIo();
    const dump = engine.dump(config, { ...WHOLE_DUMP, excludeTables: ["log"] }, test.io);
    await expect(dump).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "backup_options.exclude_tables" }],
    });
    test.dispose();
  });

  it("is asked for its state, its databases and its collections, also as a set by name", async () => {
    const test = testIo();
    const set = { ...config, replica_set: member.set };
    expect((await engine.probe(set, test.io)).details.database_size_bytes).toBeGreaterThan(1000);
    const { facts } = await collect(await engine.dump(set, WHOLE_DUMP, test.io));
    expect(test.lines.join("\n")).toMatch(/Oplog entries/);
    expect(facts.databases).toEqual(["first", "second"]);
    const tables = (await engine.schema?.(config, test.io)) ?? [];
    expect(tables.map(({ schema, name }) => `${schema}.${name}`)).toEqual([
      "first.log",
      "second.log",
      "second.state",
    ]);
    expect(engine.subject(config)).toBe("all databases");
    test.dispose();
  });
});
