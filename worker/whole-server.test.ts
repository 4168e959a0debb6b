import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasMongodbMember, type MongodbMember, startMongodbMember } from "#e2e/servers/mongodb";
import { until } from "#e2e/servers/until";
import { startWorker, type WorkerProcess } from "#e2e/servers/worker";
import { createWorld, type World } from "#e2e/servers/world";
import { createJob } from "#lib/features/backup-jobs/create-job";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import type { RestoreInput } from "#lib/features/backups/schema";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { getExecution, listExecutions } from "#lib/features/executions/queries";
import { createStorage } from "#lib/features/storage-locations/create-storage";

const tools = process.env.TEST_MONGODB_TOOLS;

describe.skipIf(!hasMongodbMember)("a whole MongoDB server, through the queue (install Go)", () => {
  let directory: string;
  let world: World;
  let worker: WorkerProcess;
  let member: MongodbMember;
  let client: MongoClient;
  let datasourceId: string;
  let storageLocationId: string;
  let backupId: string;

  beforeAll(async () => {
    world = await createWorld();
    directory = await mkdtemp(join(tmpdir(), "dg-member-"));
    member = await startMongodbMember(directory);
    client = await MongoClient.connect(member.url, { directConnection: true });
    await client
      .db("shop")
      .collection("orders")
      .insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await client.db("shop").collection("orders").createIndex({ n: -1 });
    await client.db("blog-2").collection("posts").insertOne({ text: "x" });
    const { hostname, port, username, password } = new URL(member.url);
    const server = { host: hostname, port: Number(port), username, password, replica_set: member.set };
    datasourceId = (await datasource("Server", server)).id;
    const storage = { name: "Folder", type: "local" as const, config: { path: world.storageRoot } };
    storageLocationId = (await createStorage.execute(storage, world.admin)).id;
    worker = await startWorker(world.url, { PATH: `${tools}${delimiter}${process.env.PATH}` });
  });
  afterAll(async () => {
    worker?.kill("SIGTERM");
    expect(await worker?.exited).toBe(0);
    await client.close();
    await member.stop();
    await world.close();
    await rm(directory, { recursive: true, force: true });
  });

  const datasource = (name: string, connectionConfig: Record<string, unknown>) =>
    createDatasource.execute({ name, type: "mongodb", connectionConfig }, world.admin);
  const ended = (id: string) =>
    until("the execution ends", async () => {
      const found = await getExecution.execute({ id }, world.admin);
      return ["completed", "failed", "cancelled"].includes(found.status) && found;
    });
  const run = async (name: string, backupOptions: object) => {
    const job = { name, datasourceId, storageLocationId, scheduleCron: "0 3 1 1 *", backupOptions };
    const retentionPolicy = { max_backups: 100 };
    const { id } = await createJob.execute({ ...job, retentionPolicy }, world.admin);
    const { executionId } = await runJob.execute({ id }, world.admin);
    return ended(executionId);
  };
  const restore = async (input: Omit<RestoreInput, "executionId" | "confirmationPhrase">) => {
    const confirmationPhrase = input.verificationMode ? "VERIFY RESTORE" : "RESTORE";
    const order = { ...input, executionId: backupId, confirmationPhrase };
    return ended((await restoreBackup.execute(order, world.admin)).executionId);
  };
  const temporary = async () => {
    const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
    return databases
      .map(({ name }) => name)
      .filter((name) => name.startsWith("dg_verify_"))
      .sort();
  };
  const orders = () => client.db("shop").collection("orders");

  test("is one backup that names its databases", async () => {
    const backup = await run("All at once", {});
    expect(backup).toMatchObject({ status: "completed", errorMessage: null, databaseName: null });
    expect(backup.metadata).toMatchObject({
      databases: ["blog-2", "shop"],
      database_name: "all databases",
      tables_backed_up: 2,
      rows_approximate: 4,
    });
    expect(backup.chunks[0]?.filePath).toMatch(/\/all-databases\.archive\.zst$/);
    expect(JSON.stringify(backup.metadata.execution_logs)).toMatch(/Oplog entries: \d+/);
    backupId = backup.id;
  });

  test("is verified database by database, and nothing is left of that, also when it fails", async () => {
    const verified = await restore({ verificationMode: true });
    expect(verified).toMatchObject({ status: "completed", errorMessage: null });
    const tables = [
      { table: "blog-2.posts", expected: 1, actual: 1 },
      { table: "shop.orders", expected: 3, actual: 3 },
    ];
    expect(verified.metadata.verification).toMatchObject({
      ok: true,
      databaseName: expect.stringMatching(/^dg_verify_server_\d{14}_1 … dg_verify_server_\d{14}_2$/),
      tables: expect.arrayContaining(tables),
    });
    expect(await temporary()).toEqual([]);

    const { copies } = await getExecution.execute({ id: backupId }, world.admin);
    const path = join(world.storageRoot, copies[0]?.backupPath ?? "?", "manifest.json");
    const text = await readFile(path, "utf8");
    const manifest = JSON.parse(text);
    manifest.metadata.inventory.tables["shop.orders"] += 1;
    manifest.metadata.inventory.facts["shop.orders (indexes)"] += " unique=true";
    await writeFile(path, JSON.stringify(manifest));
    const failed = await restore({ verificationMode: true });
    await writeFile(path, text);
    expect(failed).toMatchObject({ status: "failed", errorCode: "VERIFICATION_FAILED" });
    expect(failed.errorMessage).toMatch(/shop\.orders: 4 expected, 3 found; shop\.orders \(indexes\): /);
    expect(await temporary()).toEqual([]);
  });

  test("keeps what a verification restored where that is asked for", async () => {
    const kept = await restore({ verificationMode: true, keepVerificationDatabase: true });
    expect(kept).toMatchObject({ status: "completed", errorMessage: null });
    const [first = "", second = "", ...more] = await temporary();
    expect(more).toEqual([]);
    expect(await client.db(first).collection("posts").countDocuments()).toBe(1);
    expect(await client.db(second).collection("orders").countDocuments()).toBe(3);
    await client.db(first).dropDatabase();
    await client.db(second).dropDatabase();
  });

  test("goes back as a whole, or one database of it", async () => {
    await orders().deleteMany({});
    await client.db("blog-2").dropDatabase();
    expect(await restore({})).toMatchObject({ status: "completed", errorMessage: null });
    expect(await orders().countDocuments()).toBe(3);
    expect(await client.db("blog-2").collection("posts").countDocuments()).toBe(1);

    await orders().deleteMany({});
    await client.db("blog-2").collection("posts").deleteMany({});
    const one = await restore({ targetDatabase: "shop" });
    expect(one).toMatchObject({ status: "completed", errorMessage: null });
    expect(await orders().countDocuments()).toBe(3);
    expect(await client.db("blog-2").collection("posts").countDocuments()).toBe(0);

    const nowhere = await restore({ targetDatabase: "elsewhere" });
    expect(nowhere).toMatchObject({ status: "failed", errorCode: "RESTORE_FAILED" });
    expect(nowhere.errorMessage).toMatch(/holds the databases blog-2, shop, but none called elsewhere/);
  });

  test("its databases are still backed up one by one where a job says so", async () => {
    const first = await run("One by one", { databases: "all" });
    const { data } = await until("the run ends", async () => {
      const list = await listExecutions.execute({ groupId: first.groupId ?? "", limit: 100 }, world.admin);
      return list.data.length === 2 && list.data.every((row) => row.finishedAt !== null) && list;
    });
    expect(data.map(({ databaseName, status }) => [databaseName, status]).sort()).toEqual([
      ["blog-2", "completed"],
      ["shop", "completed"],
    ]);
    const [shop] = data.filter(({ databaseName }) => databaseName === "shop");
    backupId = shop?.id ?? "";
    await orders().drop();
    expect(await restore({})).toMatchObject({ status: "completed", errorMessage: null });
    expect(await orders().countDocuments()).toBe(3);
  });

  test("takes no lists of collections", async () => {
    const refused = await run("Some", { include_tables: ["orders"] });
    expect(refused).toMatchObject({ status: "failed", errorCode: "VALIDATION_ERROR" });
    expect(refused.errorMessage).toMatch(/whole server holds every collection/);
  });
});
