import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { connectionOf, createWorld, type World } from "#e2e/servers/world";
import { env } from "#lib/env";
import { checkDatasource } from "#lib/features/datasources/check-datasource";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { testDatasource } from "#lib/features/datasources/test-datasource";
import { updateDatasource } from "#lib/features/datasources/update-datasource";
import { checkDue } from "#lib/features/health/check-due";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { openNewStorage } from "#lib/features/storage-locations/open-storage";
import { getStorageLocation } from "#lib/features/storage-locations/queries";

const { signal } = new AbortController();
let world: World;
let serial = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Everything is due once more, and three workers look at the same time. */
async function round(): Promise<void> {
  const { prisma } = world.database;
  await prisma.$executeRaw`UPDATE datasources SET check_claimed_at = NULL`;
  await prisma.$executeRaw`UPDATE storage_locations SET check_claimed_at = NULL`;
  await Promise.all([1, 2, 3].map(() => checkDue(world.database, signal)));
}

async function rounds(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await round();
}

/** What people were told of it, oldest first. */
async function told(entityId: string): Promise<string[]> {
  const rows = await world.database.prisma.notification.findMany({
    where: { entityId },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(({ type, severity }) => `${type} ${severity}`);
}

async function addDatasource(url: string, more: object = {}): Promise<string> {
  serial += 1;
  const { id } = await createDatasource.execute(
    { name: `Checked ${serial}`, type: "postgres", connectionConfig: connectionOf(url), ...more },
    world.admin,
  );
  return id;
}

async function addStorage(path: string, more: object = {}): Promise<string> {
  serial += 1;
  const { id } = await createStorage.execute(
    { name: `Storage ${serial}`, type: "local", config: { path, ...more } },
    world.admin,
  );
  return id;
}

const datasource = (id: string) => world.database.prisma.datasource.findUniqueOrThrow({ where: { id } });
const storage = (id: string) => world.database.prisma.storageLocation.findUniqueOrThrow({ where: { id } });

test("a PostgreSQL that goes away and comes back is told once each, and stops no other check", async () => {
  await mkdir(env().DATA_DIR, { recursive: true });
  const directory = await mkdtemp(join(env().DATA_DIR, "health-"));
  let server = await startPostgresNewer(directory);
  const { prisma } = world.database;
  const id = await addDatasource(server.url);
  const off = await addDatasource(server.url, { enabled: false });
  const other = await addDatasource(world.url);
  expect(await datasource(id)).toMatchObject({ status: "unknown", lastHealthCheckAt: null });
  const { updatedAt } = await datasource(id);

  await rounds(2);
  expect(await datasource(id)).toMatchObject({ status: "healthy", failedChecks: 0 });
  const [check, ...more] = await prisma.healthCheck.findMany({ where: { datasourceId: id } });
  expect(check).toMatchObject({ status: "ok", metadata: { database_version: expect.stringMatching(/^18/) } });
  expect(more).toHaveLength(1);
  expect(await prisma.healthCheck.count({ where: { datasourceId: off } })).toBe(0);
  expect((await datasource(id)).updatedAt).toEqual(updatedAt);

  await server.stop();
  await round();
  expect(await datasource(id)).toMatchObject({ status: "critical", failedChecks: 1 });
  await expect(testDatasource.execute({ id }, world.admin)).rejects.toMatchObject({
    code: "CONNECTION_FAILED",
  });
  expect(await told(id)).toEqual([]);
  await rounds(3);
  expect(await told(id)).toEqual(["connection_lost critical"]);
  const [failed] = await prisma.healthCheck.findMany({
    where: { datasourceId: id },
    orderBy: { checkedAt: "desc" },
  });
  expect(failed).toMatchObject({ status: "unreachable", errorMessage: expect.stringContaining("refused") });

  server = await startPostgresNewer(directory);
  await updateDatasource.execute({ id, connectionConfig: connectionOf(server.url) }, world.admin);
  await rounds(3);
  expect(await datasource(id)).toMatchObject({ status: "healthy", failedChecks: 0, healthAlert: "fine" });
  expect(await told(id)).toEqual(["connection_lost critical", "connection_restored info"]);
  expect(await told(other)).toEqual([]);
  expect(await prisma.healthCheck.count({ where: { datasourceId: other } })).toBe(9);
  await server.stop();
});

test("what is not due waits, a first failure comes again soon, a setting paces the rest", async () => {
  const { prisma } = world.database;
  const id = await addDatasource("postgresql://nobody:x@127.0.0.1:1/none");
  const checks = () => prisma.healthCheck.count({ where: { datasourceId: id } });
  const claimed = (seconds: number) =>
    prisma.datasource.update({
      where: { id },
      data: { checkClaimedAt: new Date(Date.now() - seconds * 1000) },
    });
  await checkDue(world.database, signal);
  expect(await checks()).toBe(1);
  await checkDue(world.database, signal);
  expect(await checks()).toBe(1);
  await claimed(31);
  await checkDue(world.database, signal);
  expect(await checks()).toBe(2);
  await claimed(100);
  await checkDue(world.database, signal);
  expect(await checks()).toBe(2);
  await prisma.systemSetting.create({ data: { key: "system.health_check_interval_ms", value: 60_000 } });
  await checkDue(world.database, signal);
  expect(await checks()).toBe(3);
  await prisma.systemSetting.deleteMany();
  await prisma.datasource.delete({ where: { id } });
});

test("a check that began before a change writes nothing", async () => {
  const { prisma } = world.database;
  const id = await addDatasource(world.url);
  const before = await datasource(id);
  await checkDatasource(prisma, before, { claimedAt: new Date(0) });
  expect(await datasource(id)).toMatchObject({ status: "unknown", lastHealthCheckAt: null });
  expect(await prisma.healthCheck.count({ where: { datasourceId: id } })).toBe(0);
});

test("a config that cannot be read fails its own check only", async () => {
  const { prisma } = world.database;
  const id = await addDatasource("postgresql://nobody:x@127.0.0.1:1/none");
  await prisma.datasource.update({ where: { id }, data: { connectionConfig: { host: 7 } } });
  const healthy = await addDatasource(world.url);
  await rounds(2);
  expect(await datasource(id)).toMatchObject({ status: "critical", failedChecks: 2 });
  expect(await datasource(healthy)).toMatchObject({ status: "healthy" });
  await prisma.datasource.delete({ where: { id } });
});

test("a storage whose folder goes and comes back is told once each", async () => {
  const path = await mkdtemp(join(world.storageRoot, "folder-"));
  const id = await addStorage(path);
  const look = () => getStorageLocation.execute({ id }, world.admin);
  expect(await look()).toMatchObject({ lastHealthCheckAt: null });
  await rounds(2);
  expect(await look()).toMatchObject({ status: "healthy", lastHealthCheckAt: expect.any(Date) });
  expect((await look()).availableSpaceGb).toBeGreaterThan(0);
  const space = (await look()).availableSpaceGb;
  await rename(path, `${path}-away`);
  await rounds(4);
  expect(await look()).toMatchObject({ status: "unreachable", availableSpaceGb: space });
  await rename(`${path}-away`, path);
  await rounds(2);
  expect(await look()).toMatchObject({ status: "healthy" });
  expect(await told(id)).toEqual(["storage_unreachable critical", "storage_restored info"]);
  const [failed] = await world.database.prisma.storageHealthCheck.findMany({
    where: { storageLocationId: id, status: { not: "ok" } },
  });
  expect(failed?.errorMessage).toContain("not mounted");
});

test("a storage that has reached its limit is full, and has space again with room to spare", async () => {
  const path = await mkdtemp(join(world.storageRoot, "limited-"));
  const id = await addStorage(path, { max_size_gb: 0.1 });
  await round();
  expect(await storage(id)).toMatchObject({ status: "healthy" });
  const filler = join(path, "filler");
  await writeFile(filler, "");
  await truncate(filler, Math.ceil(0.1 * 1024 ** 3));
  await rounds(2);
  expect(await storage(id)).toMatchObject({ status: "full", availableSpaceGb: 0, failedChecks: 0 });
  await truncate(filler, 36 * 1024 ** 2);
  await round();
  expect(await storage(id)).toMatchObject({ status: "full" });
  await rm(filler);
  await rounds(2);
  expect(await storage(id)).toMatchObject({ status: "healthy" });
  expect(await told(id)).toEqual(["storage_full warning", "storage_restored info"]);
});

test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "a disk on which not even the probe fits is full, not unreachable (needs root for a tmpfs)",
  async () => {
    const disk = await mkdtemp(join(world.storageRoot, "disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=68m", "tmpfs", disk], { stdio: "ignore" });
    try {
      const id = await addStorage(disk);
      await openNewStorage("local", { path: disk }).close();
      await round();
      expect(await storage(id)).toMatchObject({ status: "healthy" });
      await writeFile(join(disk, "filler"), Buffer.alloc(80_000_000)).catch(() => undefined);
      await rounds(2);
      expect(await storage(id)).toMatchObject({ status: "full", availableSpaceGb: 0 });
      expect(await told(id)).toEqual(["storage_full warning"]);
      const [check] = await world.database.prisma.storageHealthCheck.findMany({
        where: { storageLocationId: id },
        orderBy: { checkedAt: "desc" },
      });
      expect(check?.errorMessage).toMatch(/space/i);
      await world.database.prisma.storageLocation.delete({ where: { id } });
    } finally {
      execFileSync("umount", [disk]);
    }
  },
);
