import { existsSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, type World } from "#e2e/servers/world";
import type { Prisma } from "#lib/db/generated/client";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { deleteExecution } from "#lib/features/executions/delete-execution";
import { finishExecution } from "#lib/features/executions/finish-execution";
import { type TemporaryDatabase, temporaryDatabasesOf } from "#lib/features/executions/schema";
import { ringAllLeftOver } from "#lib/features/executions/temporary-databases";
import { dropTemporary } from "#lib/features/runs/drop-temporary";
import { placeOf, reserveVerificationName, temporaryNames } from "#lib/features/runs/temporary-names";

const ONCE = { first: true, last: false };
const NAME = "dg_verify_x_20260102030405";
const running = new AbortController().signal;

let world: World;
let folder: string;
beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(world.storageRoot, "sources-"));
});
afterAll(() => world.close());

let serial = 0;
async function datasource(type: string, connectionConfig: Record<string, unknown>) {
  serial += 1;
  const name = `${type} ${serial}`;
  const { id } = await createDatasource.execute({ name, type, connectionConfig }, world.admin);
  return { datasource_id: id, place: placeOf(connectionConfig) };
}

const execution = (data: Prisma.BackupExecutionUncheckedCreateInput = {}) =>
  world.database.prisma.backupExecution.create({
    data: { operation: "restore", status: "failed", finishedAt: new Date(), ...data },
  });

type Where = Pick<TemporaryDatabase, "datasource_id" | "place">;

/** An execution that ended with `names` still there. */
const leaving = (where: Where, names: readonly string[], state: TemporaryDatabase["state"] = "pending") =>
  execution({ metadata: { temporary_databases: names.map((name) => ({ name, ...where, state })) } });

const drop = (id: string, attempt = ONCE) => dropTemporary(world.database, id, attempt, running);

async function told(id: string) {
  const { prisma } = world.database;
  const row = await prisma.backupExecution.findUniqueOrThrow({ where: { id } });
  const lines = await prisma.executionLog.findMany({ where: { executionId: id }, orderBy: { id: "asc" } });
  return {
    states: temporaryDatabasesOf(row.metadata).map(({ state }) => state),
    lines: lines.map(({ level, message }) => `${level} ${message}`),
  };
}

const rung = async () => {
  const tasks = await world.database.prisma.$queryRaw<
    { key: string }[]
  >`SELECT key FROM graphile_worker.jobs`;
  return tasks.map(({ key }) => key).filter((key) => key.startsWith("drop-temporary:"));
};

describe("what an execution left is dropped", () => {
  test("beside an SQLite file, also what was not whole yet, and nothing of a similar name", async () => {
    const path = (name: string) => join(folder, name);
    const ours = [`${NAME}.db`, `${NAME}.db-wal`, `.dg-restore-${NAME}.db`].map(path);
    const others = ["live.db", `${NAME}_1.db`, `${NAME}`, "dg_verify_y.db", ".dg-restore-x.db"].map(path);
    for (const file of [...ours, ...others]) await writeFile(file, "");
    const { id } = await leaving(await datasource("sqlite", { file_path: path("live.db") }), [NAME]);
    await drop(id);
    expect(ours.filter(existsSync)).toEqual([]);
    expect(others.filter(existsSync)).toEqual(others);
    const line = `info The temporary database ${NAME} was left behind by this execution's worker; it was removed from ${folder}.`;
    expect(await told(id)).toEqual({ states: ["dropped"], lines: [line] });
    await drop(id);
    expect((await told(id)).lines).toEqual([line]);
  });

  test("beside a tree of files", async () => {
    const path = (name: string) => join(folder, "trees", name);
    const names = ["tree", NAME, `${NAME}_1`];
    for (const name of names) await mkdir(join(path(name), "sub"), { recursive: true });
    const { id } = await leaving(await datasource("files", { source_path: path("tree") }), [NAME]);
    await drop(id);
    expect(names.map((name) => existsSync(path(name)))).toEqual([true, false, true]);
  });

  test.skipIf(!process.env.TEST_MARIADB_URL)("from MariaDB (apt-get install mariadb-server)", async () => {
    const { hostname: host, port, username, password, href } = new URL(process.env.TEST_MARIADB_URL ?? "");
    const connection = await createConnection(href);
    const id = `${process.pid}_${Date.now()}`;
    const [gone, similar, keep] = [`dg_verify_${id}_1`, `dg_verify_${id}_10`, `dg_verify_${id}_2`];
    for (const name of [gone, similar, keep]) await connection.query(`CREATE DATABASE ${name}`);
    const where = await datasource("mariadb", {
      host,
      port: Number(port),
      database: "x",
      username,
      password,
    });
    const entry = { ...where, state: "pending" as const };
    const known = [
      { ...entry, name: gone },
      { ...entry, name: "dg_verify_never" },
      { ...entry, name: keep, state: "kept" },
    ];
    const row = await execution({ metadata: { temporary_databases: known } });
    await drop(row.id);
    const [left] = await connection.query(`SHOW DATABASES LIKE 'dg\\_verify\\_${id}%'`);
    expect((left as object[]).map((each) => Object.values(each)[0])).toEqual([similar, keep].sort());
    expect((await told(row.id)).states).toEqual(["dropped", "dropped", "kept"]);
    for (const name of [similar, keep]) await connection.query(`DROP DATABASE ${name}`);
    await connection.end();
  });
});

describe("what cannot be dropped", () => {
  const nowhere = { host: "127.0.0.1", port: 1, database: "x", username: "u", password: "p-secret" };

  test("is tried again, then told to be dropped by hand, and looked for every night", async () => {
    const { id } = await leaving(await datasource("postgres", nowhere), [NAME]);
    await expect(drop(id)).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(drop(id, { first: false, last: false })).rejects.toMatchObject({
      code: "CONNECTION_FAILED",
    });
    await expect(deleteExecution.execute({ id }, world.admin)).rejects.toThrow(
      `${NAME} is still being removed`,
    );
    const refused = "The connection was refused: nothing listens on that host and port.";
    const again = `warn The temporary database ${NAME} is still on 127.0.0.1:1: ${refused} This is tried again.`;
    expect(await told(id)).toEqual({ states: ["pending"], lines: [again] });
    await drop(id, { first: false, last: true });
    const byHand = `error The temporary database ${NAME} could not be removed: ${refused} Drop it by hand on 127.0.0.1:1.`;
    expect(await told(id)).toEqual({ states: ["left"], lines: [again, byHand] });
    await ringAllLeftOver(world.database.prisma);
    expect(await rung()).toContain(`drop-temporary:${id}`);
    await drop(id);
    expect(await told(id)).toEqual({ states: ["left"], lines: [again, byHand] });
    await deleteExecution.execute({ id }, world.admin);
  });

  test("because its datasource is gone or points elsewhere is told at once, and nothing is asked there", async () => {
    const file = join(folder, `${NAME}.db`);
    await writeFile(file, "");
    const where = await datasource("sqlite", { file_path: join(folder, "live.db") });
    const moved = await leaving({ ...where, place: "/elsewhere" }, [NAME]);
    await drop(moved.id);
    const points = `its datasource points to ${folder} now. Drop it by hand on /elsewhere.`;
    expect((await told(moved.id)).lines.join()).toContain(points);
    const gone = await leaving({ ...where, datasource_id: crypto.randomUUID() }, [NAME]);
    await drop(gone.id);
    expect(await told(gone.id)).toMatchObject({
      states: ["left"],
      lines: [expect.stringContaining("was deleted")],
    });
    expect(existsSync(file)).toBe(true);
  });

  test("because the name is not ours is never touched", async () => {
    const file = join(folder, "live.db");
    await writeFile(file, "");
    const { id } = await leaving(await datasource("sqlite", { file_path: join(folder, "other.db") }), [
      "live",
    ]);
    await expect(drop(id)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(existsSync(file)).toBe(true);
  });
});

describe("the memory of a running execution", () => {
  const where = { datasource_id: crypto.randomUUID(), place: "db:5432" };
  const claimed = () => execution({ status: "running", finishedAt: null, leaseToken: 3 });

  test("is its lease's holder's alone", async () => {
    const { prisma } = world.database;
    const { id } = await claimed();
    const holder = temporaryNames(prisma, { executionId: id, token: 3 }, where);
    const zombie = temporaryNames(prisma, { executionId: id, token: 2 }, where);
    await holder.record(["a", "b"]);
    await holder.record(["c"], { keep: true });
    await expect(zombie.record(["z"])).rejects.toMatchObject({ code: "LEASE_LOST" });
    await expect(zombie.forget(["a"])).rejects.toMatchObject({ code: "LEASE_LOST" });
    await zombie.dropped("a");
    await holder.dropped("a");
    await holder.forget(["b"]);
    const row = await prisma.backupExecution.findUniqueOrThrow({ where: { id } });
    expect(temporaryDatabasesOf(row.metadata)).toEqual([
      { ...where, name: "a", state: "dropped" },
      { ...where, name: "c", state: "kept" },
    ]);
  });

  test("rings at its end where something is left, and only then", async () => {
    const { prisma } = world.database;
    for (const left of [true, false]) {
      const { id } = await claimed();
      const lease = { executionId: id, token: 3 };
      const memory = temporaryNames(prisma, lease, where);
      await memory.record(["a"]);
      if (!left) await memory.dropped("a");
      await drop(id);
      await finishExecution(prisma, lease, { status: "completed", data: {}, metadata: {} });
      expect((await rung()).includes(`drop-temporary:${id}`)).toBe(left);
    }
  });

  test("has a name that no other execution of the same second has", async () => {
    const { prisma } = world.database;
    const leases = await Promise.all(
      Array.from({ length: 5 }, async () => ({ executionId: (await claimed()).id, token: 3 })),
    );
    const names = await Promise.all(
      leases.map((lease) => reserveVerificationName(prisma, lease, "Shöp (1)")),
    );
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^dg_verify_sho_p_1_\d{14}$/);
  });
});
