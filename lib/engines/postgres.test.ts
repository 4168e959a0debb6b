import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupOptions } from "#lib/core/backup-options";
import {
  collect,
  type EngineUnderTest,
  engineContract,
  inPieces,
  testIo,
  testMemory,
  toolsOf,
  WHOLE_DUMP,
} from "#lib/engines/contract";
import { createPostgresEngine, postgres } from "#lib/engines/postgres";
import { chooseTool, toolDirectories } from "#lib/engines/postgres/tools";
import type { Engine } from "#lib/engines/types";
import { runBackup } from "#lib/pipeline/backup";
import { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { runVerification } from "#lib/pipeline/verify";
import { local } from "#lib/storage/local";

const url = process.env.TEST_POSTGRES_URL;
if (url === undefined && process.env.CI)
  throw new Error("CI needs TEST_POSTGRES_URL: a PostgreSQL superuser's URL.");

const SECRET = `p@ss :\\'"/?#%&=$\`~!*(){}[]<>|;, ünï ${"x".repeat(5)}`;
const USER = `odd "user' \\ name`;
const DATABASE = `dg test = 'x' "y" \\ ünï://z`;
const id = `${process.pid}`;
const server = new URL(url ?? "postgres://localhost/postgres");
const admin = { host: server.hostname, port: Number(server.port || 5432), ssl_enabled: false };
const config = (database: string) => ({ ...admin, database, username: `${USER} ${id}`, password: SECRET });
const databases = { source: `${DATABASE} ${id}`, target: `dg target ${id}`, large: `dg large ${id}` };

async function sql(database: string | null, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({
    host: server.hostname,
    port: admin.port,
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    database: database ?? "postgres",
  });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const SCHEMA = [
  "CREATE TABLE plain (id serial PRIMARY KEY, body text UNIQUE)",
  "INSERT INTO plain (body) SELECT repeat(md5(g::text), 20) FROM generate_series(1, 3000) g",
  `CREATE SCHEMA "Odd "" schema"`,
  `CREATE TABLE "Odd "" schema"."*.We|ird? (t)" (id int GENERATED ALWAYS AS IDENTITY, plain_id int REFERENCES plain(id))`,
  `INSERT INTO "Odd "" schema"."*.We|ird? (t)" (plain_id) SELECT g FROM generate_series(1, 17) g`,
  "CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id)",
  "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100)",
  "INSERT INTO parted SELECT g, 'v' FROM generate_series(1, 50) g",
  "CREATE INDEX plain_upper ON plain (upper(body))",
  "CREATE VIEW seen AS SELECT count(*) FROM plain",
  "CREATE TABLE empty (id int)",
];

async function createAll(): Promise<void> {
  const user = escapeIdentifier(`${USER} ${id}`);
  await sql(null, `CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD ${escapeLiteral(SECRET)}`);
  for (const name of Object.values(databases)) await sql(null, `CREATE DATABASE ${escapeIdentifier(name)}`);
  await sql(databases.source, ...SCHEMA);
  await sql(
    databases.large,
    "CREATE TABLE big AS SELECT g, repeat(md5(g::text), 10) FROM generate_series(1, 120000) g",
  );
}

async function dropAll(): Promise<void> {
  for (const name of Object.values(databases))
    await sql(null, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  await sql(null, `DROP ROLE IF EXISTS ${escapeIdentifier(`${USER} ${id}`)}`);
}

/** All tables' rows and the indexes, as one comparable value. */
async function contents(of: object): Promise<unknown> {
  const { database } = of as { database: string };
  const tables = await sql(
    database,
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
  );
  const rows: unknown[] = [];
  for (const { name } of tables) {
    rows.push([
      name,
      ...(await sql(
        database,
        `SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${name} t`,
      )),
    ]);
  }
  const indexes = await sql(
    database,
    "SELECT indexdef FROM pg_indexes WHERE schemaname !~ '^pg_' ORDER BY 1",
  );
  return { rows, indexes };
}

const scratch = mkdtempSync(join(tmpdir(), "dg-tools-"));

/** An engine whose pg_dump is a script around the real one. */
async function wrapped(name: string, script: (real: string) => string): Promise<Engine> {
  const real = await chooseTool("pg_dump", 15, await toolDirectories());
  const directory = join(scratch, name);
  await import("node:fs/promises").then(({ mkdir }) => mkdir(directory, { recursive: true }));
  const body = `#!/bin/sh\ncase "$1" in --version) exec ${real.path} --version;; esac\n${script(real.path)}\n`;
  writeFileSync(join(directory, "pg_dump"), body);
  chmodSync(join(directory, "pg_dump"), 0o755);
  return createPostgresEngine([directory]);
}

async function setup(): Promise<EngineUnderTest> {
  await createAll();
  return {
    engine: postgres,
    source: config(databases.source),
    target: config(databases.target),
    large: config(databases.large),
    login: { wrongPassword: { ...config(databases.source), password: "wrong" }, secret: SECRET },
    contents,
    tool: {
      exitsThree: await wrapped("three", (real) => `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`),
      truncates: await wrapped("truncates", (real) => `${real} "$@" | head -c 20000`),
    },
    dispose: async () => {
      await dropAll();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

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
