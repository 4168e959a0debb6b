import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "#e2e/api/installation";
import { makeDatasource, makeJob, makeStorage } from "#e2e/api/make";
import {
  BAD_CRONS,
  BAD_HOSTS,
  BAD_NAMES,
  BAD_OPTIONS,
  BAD_PORTS,
  BAD_RETENTION,
  BAD_TITLES,
  BAD_ZONES,
  MASS_ASSIGNMENT,
  NOT_TEXT,
  UNKNOWN_CONNECTION_FIELDS,
} from "#e2e/api/payloads";
import { countRows, expectRefusal } from "#e2e/api/refusal";
import { urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";

const ids = { datasource: "", storage: "", job: "" };

test.beforeAll(async ({ installation }) => {
  ids.datasource = await makeDatasource(installation.owner, urlFrom("TEST_POSTGRES_URL"));
  ids.storage = await makeStorage(installation);
  ids.job = await makeJob(installation.owner, ids.datasource, ids.storage);
});

let before: unknown[] = [];
test.beforeEach(async ({ installation }) => {
  before = await countRows(installation);
});
test.afterEach(async ({ installation }) => {
  expect(await countRows(installation), "nothing was stored").toEqual(before);
});

const say = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? "undefined";

const CONNECTIONS: readonly [string, readonly unknown[]][] = [
  ["host", BAD_HOSTS],
  ["port", BAD_PORTS],
  ["database", BAD_NAMES],
  ["username", BAD_NAMES],
  ["password", ["line\nbreak", "nul\0", 7, [], { $ne: 1 }]],
  ["ssl_enabled", ["yes", 1, null]],
  ["ssl_ca", ["/etc/passwd", 1]],
];

for (const [field, values] of CONNECTIONS) {
  test(`a connection with a bad ${field} is neither stored, nor changed to, nor tried`, async ({
    installation,
  }) => {
    const { owner } = installation;
    for (const value of values) {
      const config = { ...connectionOf(urlFrom("TEST_POSTGRES_URL")), [field]: value };
      const body = { type: "postgres", connection_config: config };
      const answers = [
        await owner.post("/datasources", { name: "Bad", ...body }),
        await owner.post("/datasources/test", body),
        await owner.put(`/datasources/${ids.datasource}`, { connection_config: config }),
      ];
      for (const answer of answers) {
        expectRefusal(answer, `${field} ${say(value)}`, 422, `connection_config.${field}`);
      }
    }
  });
}

test("fields that nobody offers are refused by name", async ({ installation: { owner } }) => {
  const config = connectionOf(urlFrom("TEST_POSTGRES_URL"));
  for (const field of UNKNOWN_CONNECTION_FIELDS) {
    const body = { name: "Bad", type: "postgres", connection_config: { ...config, [field]: "x" } };
    expectRefusal(await owner.post("/datasources", body), field, 422, `connection_config.${field}`);
  }
  const job = { name: "Bad", datasource_id: ids.datasource, storage_location_id: ids.storage };
  const bodies: [string, object][] = [
    ["/datasources", { name: "Bad", type: "postgres", connection_config: config }],
    ["/storage-locations", { name: "Bad", type: "local", config: { path: "/nowhere" } }],
    ["/backup-jobs", { ...job, schedule_cron: "0 3 * * *" }],
    ["/auth/setup", { username: "second", password: "long enough" }],
  ];
  for (const [path, body] of bodies) {
    for (const [field, value] of Object.entries(MASS_ASSIGNMENT)) {
      expectRefusal(await owner.post(path, { ...body, [field]: value }), `${path} ${field}`, 422, field);
    }
  }
  const changes: [string, string][] = [
    ["/datasources", ids.datasource],
    ["/storage-locations", ids.storage],
    ["/backup-jobs", ids.job],
  ];
  for (const [path, id] of changes) {
    for (const [field, value] of Object.entries(MASS_ASSIGNMENT)) {
      expectRefusal(await owner.put(`${path}/${id}`, { [field]: value }), `${path} ${field}`, 422, field);
    }
  }
});

test("bad names, types and tags", async ({ installation: { owner } }) => {
  const config = connectionOf(urlFrom("TEST_POSTGRES_URL"));
  const datasource = (more: object) =>
    owner.post("/datasources", { name: "Bad", type: "postgres", connection_config: config, ...more });
  for (const name of BAD_TITLES) {
    expectRefusal(await datasource({ name }), `name ${say(name)}`, 422, "name");
    expectRefusal(await owner.put(`/backup-jobs/${ids.job}`, { name }), `job ${say(name)}`, 422, "name");
  }
  for (const type of ["oracle", "mongo", "constructor", "toString", "", ...NOT_TEXT]) {
    expectRefusal(await datasource({ type }), `type ${say(type)}`, 422, "type");
    const storage = owner.post("/storage-locations", { name: "Bad", type, config: { path: "/x" } });
    expectRefusal(await storage, `type ${say(type)}`, 422, "type");
  }
  expectRefusal(await datasource({ tags: "prod" }), "tags", 422, "tags");
  expectRefusal(await datasource({ tags: ["x".repeat(41)] }), "tags", 422, "tags.0");
  expectRefusal(await datasource({ tags: Array.from({ length: 21 }, String) }), "tags", 422, "tags");
  expectRefusal(await datasource({ connection_config: [] }), "config", 422, "connection_config");
  expectRefusal(await owner.put(`/datasources/${ids.datasource}`, { type: "mysql" }), "type", 422, "type");
});

test("bad paths of a local storage", async ({ installation }) => {
  const { owner, storageRoot: root, dataDir } = installation;
  const outside = join(dataDir, "outside");
  mkdirSync(outside);
  mkdirSync(`${root}-sibling`);
  symlinkSync(outside, join(root, "link"));
  symlinkSync(join(dataDir, "missing"), join(root, "dangling"));
  symlinkSync("loop", join(root, "loop"));
  const foreign = [
    "/",
    "/etc",
    "/tmp",
    "/proc/self/root",
    "/dev/null",
    "/root/.ssh",
    dataDir,
    `${dataDir}/secret.key`,
  ];
  const out = [`${root}-sibling`, `${root}/link`, `${root}/link/new`, `//etc`, `${root}/./link/new`];
  for (const path of [...foreign, ...out]) {
    for (const target of ["/storage-locations", "/storage-locations/test"]) {
      const answer = await owner.post(target, {
        ...(target.endsWith("test") ? {} : { name: "Bad" }),
        type: "local",
        config: { path },
      });
      expectRefusal(answer, path, 422, "config.path");
      expect(answer.body.error).toBe("STORAGE_LOCAL_PATH_OUTSIDE_MOUNT");
    }
  }
  const wrong = [
    ...["", "relative", "./here", "~/backups", "file:///etc", "C:\\backups", "\\\\server\\share"],
    ...[`${root}/..`, `${root}/../outside`, `${root}/a/../../b`, `${root}/..//`, `/..${root}`],
    ...[`${root}/nul\0`, `${root}/line\nbreak`, `${root}/\u001b[31m`, `${root}/${"x/".repeat(600)}`],
    ...NOT_TEXT,
  ];
  for (const path of wrong) {
    const answer = await owner.post("/storage-locations", { name: "Bad", type: "local", config: { path } });
    expectRefusal(answer, say(path), 422, "config.path");
  }
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(join(dataDir, "missing"))).toBe(false);
  for (const config of [
    {},
    { path: root, max_size_gb: 0 },
    { path: root, max_size_gb: "1" },
    { path: root, mode: "777" },
  ]) {
    expectRefusal(
      await owner.post("/storage-locations", { name: "Bad", type: "local", config }),
      say(config),
    );
  }
});

test("a place that is no folder says so and names the path", async ({ installation }) => {
  const { owner, storageRoot: root } = installation;
  execFileSync("mkfifo", [join(root, "fifo")]);
  writeFileSync(join(root, "file"), "not ours");
  for (const path of [
    join(root, "fifo"),
    join(root, "file"),
    join(root, "file/below"),
    join(root, "x".repeat(300)),
  ]) {
    const answer = await owner.post("/storage-locations", { name: "Bad", type: "local", config: { path } });
    expectRefusal(answer, path, answer.status === 422 ? 422 : 400);
    expect(answer.body.message).toContain(path);
  }
});

test("bad schedules, zones, options and retention", async ({ installation: { owner } }) => {
  const good = {
    datasource_id: ids.datasource,
    storage_location_id: ids.storage,
    schedule_cron: "0 3 * * *",
  };
  const refuse = async (more: object, field: string) => {
    const answers = [
      await owner.post("/backup-jobs", { name: "Bad", ...good, ...more }),
      await owner.put(`/backup-jobs/${ids.job}`, more),
    ];
    for (const answer of answers) expectRefusal(answer, say(more), 422, field);
  };
  for (const cron of BAD_CRONS) await refuse({ schedule_cron: cron }, "schedule_cron");
  for (const zone of BAD_ZONES) await refuse({ schedule_timezone: zone }, "schedule_timezone");
  for (const [field, options] of BAD_OPTIONS)
    await refuse({ backup_options: options }, `backup_options.${field}`);
  for (const [field, policy] of BAD_RETENTION)
    await refuse({ retention_policy: policy }, `retention_policy.${field}`);
  for (const id of [crypto.randomUUID(), "x", ...NOT_TEXT]) {
    await refuse({ datasource_id: id }, "datasource_id");
    await refuse({ storage_location_id: id }, "storage_location_id");
  }
  const target = { storage_location_id: crypto.randomUUID(), order: 1 };
  await refuse(
    { backup_options: { storage_targets: [target] } },
    "backup_options.storage_targets.0.storage_location_id",
  );
});
