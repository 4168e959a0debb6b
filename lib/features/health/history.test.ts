import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adminActor, contextFor, createJobFor, createWorld, type World } from "#e2e/servers/world";
import { getDatasourceHealth, getStorageHealth } from "#lib/features/health/history";
import { getHealthOverview } from "#lib/features/health/overview";
import { listDatasourceChecks, listStorageChecks } from "#lib/features/health/queries";

let world: World;
let ids: { datasource: string; storage: string };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

beforeAll(async () => {
  world = await createWorld();
  const { datasource, storage } = await createJobFor(world, {
    sourceUrl: "postgresql://u:p@127.0.0.1:1/none",
  });
  ids = { datasource: datasource.id, storage: storage.id };
});
afterAll(() => world.close());

/** [minutes ago, latency in ms or the reason of a failure] */
type Check = readonly [number, number | string];

async function checked(checks: readonly Check[]): Promise<void> {
  const { prisma } = world.database;
  const rows = checks.map(([minutes, found]) => ({
    checkedAt: minutesAgo(minutes),
    ...(typeof found === "number"
      ? { status: "ok" as const, latencyMs: found }
      : { status: "timeout" as const, errorMessage: found }),
  }));
  await prisma.healthCheck.createMany({
    data: rows.map((row) => ({ ...row, datasourceId: ids.datasource })),
  });
  await prisma.storageHealthCheck.createMany({
    data: rows.map((row) => ({ ...row, storageLocationId: ids.storage })),
  });
}

beforeEach(async () => {
  await world.database.prisma.healthCheck.deleteMany();
  await world.database.prisma.storageHealthCheck.deleteMany();
});

test("without a check there is an empty week", async () => {
  const history = await getDatasourceHealth.execute({ id: ids.datasource }, world.admin);
  expect(history).toMatchObject({ last: null, outages: [], everyMs: 300_000 });
  expect(history.day).toHaveLength(48);
  expect(history.week).toHaveLength(84);
  expect(history.week.every(({ checks, latencyMs }) => checks === 0 && latencyMs === null)).toBe(true);
});

test("checks are counted by time, and failures in a row are one outage", async () => {
  await checked([
    [9 * 24 * 60, "forgotten"],
    [5 * 24 * 60 + 1, 40],
    [5 * 24 * 60, "first"],
    [5 * 24 * 60 - 1, 60],
    [70, 10],
    [65, 20],
    [40, "slow"],
    [35, "slower"],
    [20, 30],
    [10, "again"],
    [5, "and again"],
  ]);
  for (const history of [
    await getDatasourceHealth.execute({ id: ids.datasource }, world.admin),
    await getStorageHealth.execute({ id: ids.storage }, world.admin),
  ]) {
    expect(history.day.slice(-3)).toMatchObject([
      { checks: 2, failed: 0, latencyMs: 15 },
      { checks: 2, failed: 2, latencyMs: null },
      { checks: 3, failed: 2, latencyMs: 30 },
    ]);
    expect(history.week.at(-1)).toMatchObject({ checks: 7, failed: 4, latencyMs: 20 });
    expect(history.week.reduce((sum, { checks }) => sum + checks, 0)).toBe(10);
    expect(history.week.at(-1)?.to.getTime()).toBe(history.day.at(-1)?.to.getTime());
    expect(history.last).toMatchObject({ status: "timeout", errorMessage: "and again" });
    expect(history.outages).toMatchObject([
      { failures: 2, endedAt: null, reason: "and again", status: "timeout" },
      { failures: 2, endedAt: expect.any(Date), reason: "slower" },
      { failures: 1, endedAt: expect.any(Date), reason: "first" },
    ]);
  }
});

test("the overview has the newest latencies in order, and the last error", async () => {
  await checked([
    [30, 10],
    [20, "gone"],
    [10, 30],
  ]);
  const overview = await getHealthOverview.execute({}, world.admin);
  const found = { latencies: [10, null, 30], lastError: { at: expect.any(Date), message: "gone" } };
  expect(overview).toMatchObject({ datasourcesTotal: 1, storagesTotal: 1, workers: 0 });
  expect(overview.datasources).toMatchObject([{ id: ids.datasource, status: "unknown", ...found }]);
  expect(overview.storages).toMatchObject([{ id: ids.storage, lastHealthCheckAt: null, ...found }]);
});

test("lists filter, page and keep to the scope of their reader", async () => {
  await checked([
    [30, 10],
    [20, "gone"],
    [10, 30],
  ]);
  const all = await listDatasourceChecks.execute({ datasourceId: ids.datasource, limit: 2 }, world.admin);
  expect(all.data.map(({ latencyMs }) => latencyMs)).toEqual([30, null]);
  expect(all.pagination).toEqual({ total: 3, page: 1, limit: 2, totalPages: 2 });
  const some = await listStorageChecks.execute(
    { from: minutesAgo(25).toISOString(), status: "ok" },
    world.admin,
  );
  expect(some.data).toMatchObject([{ latencyMs: 30, storageLocationId: ids.storage }]);
  const before = await listStorageChecks.execute({ to: minutesAgo(25).toISOString() }, world.admin);
  expect(before.pagination.total).toBe(1);

  const scopes = ["datasource", "storage_location"].map((resourceType) => ({
    permission: "health.read",
    resourceType,
    resourceIds: [],
    deniedResourceIds: [ids.datasource, ids.storage],
  }));
  const actor = { ...adminActor({ id: crypto.randomUUID(), username: "narrow" }), scopes };
  const narrow = contextFor(world.database, actor);
  expect((await listDatasourceChecks.execute({}, narrow)).pagination.total).toBe(0);
  expect((await listStorageChecks.execute({ storageLocationId: ids.storage }, narrow)).data).toEqual([]);
  expect(await getHealthOverview.execute({}, narrow)).toMatchObject({ datasources: [], storagesTotal: 0 });
});
