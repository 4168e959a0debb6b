import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { testIo } from "#lib/engines/contract";
import { postgres } from "#lib/engines/postgres";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { openQueried, servers } from "#lib/engines/postgres/query-under-test";

describe.skipIf(servers.length === 0).each(servers)("schemas on PostgreSQL, %s", (_name, serverUrl) => {
  let admin: Client;
  let owner: PostgresConfig;
  let root: PostgresConfig;
  let test: ReturnType<typeof testIo>;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ admin, owner, root, test, close } = await openQueried(serverUrl));
  });
  afterAll(() => close?.());

  it("describes tables, views and columns", async () => {
    const tables = (await postgres.schema?.(owner, test.io)) ?? [];
    const named = tables.map((table) => `${table.schema}.${table.name} ${table.kind} ${table.rowsEstimate}`);
    expect(named).toEqual([
      'Odd " schema.a.b table 0',
      "public.customers table 50",
      "public.names view null",
      "public.names_once view 50",
      "public.pair table 0",
      "public.parted table 200",
      "public.secretive table 2",
    ]);
    const one = (name: string) => tables.find((table) => table.name === name);
    expect(one("customers")?.columns).toEqual([
      { name: "id", type: "integer", nullable: false, primaryKey: true },
      { name: "name", type: "character varying(40)", nullable: false, primaryKey: false },
      { name: "note", type: "text", nullable: true, primaryKey: false },
    ]);
    expect(one("pair")?.columns.map((column) => column.primaryKey)).toEqual([true, true, false]);
    expect(one("a.b")?.columns.map((column) => column.type)).toEqual(["timestamp with time zone", "mood[]"]);
    expect(one("customers")?.sizeBytes).toBeGreaterThan(8192);
    expect(one("parted")?.sizeBytes).toBeGreaterThan(8192);
    expect(one("names")?.sizeBytes).toBeNull();
  });

  it("describes what is locked, too", async () => {
    await admin.query("BEGIN; LOCK customers IN ACCESS EXCLUSIVE MODE");
    const tables = await postgres.schema?.(owner, test.io);
    await admin.query("ROLLBACK");
    const found = tables?.find((table) => table.name === "customers");
    expect(found).toMatchObject({ rowsEstimate: 50, sizeBytes: expect.any(Number) });
    expect(found?.sizeBytes).toBeGreaterThan(8192);
  });

  it("knows no estimate of what was never analysed", async () => {
    await admin.query(
      "CREATE TABLE fresh AS SELECT generate_series(1, 10); CREATE TABLE fresh_empty (id int)",
    );
    const tables = await postgres.schema?.(root, test.io);
    const rows = (name: string) => tables?.find((table) => table.name === name)?.rowsEstimate;
    expect([rows("fresh"), rows("fresh_empty")]).toEqual([null, 0]);
    await admin.query("DROP TABLE fresh, fresh_empty");
  });

  it("lists the databases that a person made", async () => {
    const verify = `dg_verify_query_${process.pid}`;
    await admin.query(`CREATE DATABASE ${verify}`);
    try {
      const names = (await postgres.databases?.list(root, test.io)) ?? [];
      expect(names).toContain(root.database);
      for (const other of ["template0", "template1", "postgres", verify]) expect(names).not.toContain(other);
      expect(names).toEqual(names.toSorted());
      const elsewhere = { ...root, database: "no such database" };
      expect(await postgres.databases?.list(elsewhere, test.io)).toContain(root.database);
    } finally {
      await admin.query(`DROP DATABASE ${verify}`);
    }
    const selected = postgres.databases?.select(root, "other");
    expect(selected).toEqual({ ...root, database: "other" });
  });
});
