import { expect } from "@playwright/test";
import pg from "pg";
import { test } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, makeStorage, runJob } from "#e2e/api/make";
import { plainDump, siblingOf } from "#e2e/api/tools";
import { query } from "#e2e/servers/query";
import { urlFrom } from "#e2e/servers/test-database";

const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");

const PASSWORDS = [
  PRINTABLE,
  " spaces at both ends ",
  "colon:and:colon",
  "back\\slash\\",
  `'single' "double" \`tick\``,
  "pässwörd ☃ 密码 😀",
  "%2F%40%00",
  "{{name}} $HOME $(id) #comment",
  "=equals=host=evil",
  "x".repeat(900),
];

/** Each is a real database; one name is at most 63 bytes. */
const DATABASES = [
  "two words",
  " at both ends ",
  "host=evil.example dbname=postgres",
  "postgresql://evil.example/db",
  "--help",
  `quo'te "double" back\\slash`,
  "größe ☃ 数据",
  "%2e%2e .. etc;id|`id`$(id)",
];

const USER = `us'er "x" host=evil ö`;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  const server = urlFrom("TEST_POSTGRES_URL");
  await query(server, `CREATE ROLE ${pg.escapeIdentifier(USER)} LOGIN SUPERUSER PASSWORD 'x'`);
  for (const name of DATABASES) {
    await query(server, `CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${pg.escapeIdentifier(USER)}`);
    await query(
      siblingOf(server, name),
      `CREATE TABLE "--t '1' ""2""" AS SELECT generate_series(1, 50) AS n; CREATE TABLE other (id int)`,
    );
  }
});

test.afterAll(async () => {
  const server = urlFrom("TEST_POSTGRES_URL");
  for (const name of DATABASES) {
    await query(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }
  await query(server, `DROP ROLE IF EXISTS ${pg.escapeIdentifier(USER)}`);
});

async function setPassword(password: string): Promise<void> {
  const sql = `ALTER ROLE ${pg.escapeIdentifier(USER)} PASSWORD ${pg.escapeLiteral(password)}`;
  await query(urlFrom("TEST_POSTGRES_URL"), sql);
}

test("every printable password connects, is dumped with, and is shown nowhere", async ({ installation }) => {
  const { owner } = installation;
  const server = urlFrom("TEST_POSTGRES_URL");
  const storage = await makeStorage(installation);
  const connection = { username: USER, database: DATABASES[0] };
  for (const password of PASSWORDS) {
    await setPassword(password);
    const id = await makeDatasource(owner, server, { ...connection, password });
    const tested = await owner.post(`/datasources/${id}/test`);
    expect(tested.status, `${password}: ${tested.text}`).toBe(200);
    const wrong = await owner.post("/datasources/test", {
      id,
      type: "postgres",
      connection_config: { ...connectionWithout(server, connection), password: `${password}!` },
    });
    expect(wrong.body, "the server does check passwords").toMatchObject({ error: "CONNECTION_FAILED" });
    const execution = await completed(owner, await runJob(owner, await makeJob(owner, id, storage)));
    const logs = await owner.get(`/executions/${execution.id}/logs`);
    const shown = JSON.stringify([execution, logs.body, (await owner.get(`/datasources/${id}`)).body]);
    expect(shown).not.toContain(JSON.stringify(password).slice(1, -1));
  }
  expect(await installation.output()).not.toContain(PASSWORDS[1]);
});

function connectionWithout(server: string, connection: object): object {
  const url = new URL(server);
  return { host: url.hostname, port: Number(url.port), ...connection };
}

test("databases with any name are backed up and come back", async ({ installation }) => {
  const { owner } = installation;
  const server = urlFrom("TEST_POSTGRES_URL");
  await setPassword(PRINTABLE);
  const storage = await makeStorage(installation);
  const runs = DATABASES.map(async (database) => {
    const id = await makeDatasource(owner, server, { username: USER, password: PRINTABLE, database });
    const job = await makeJob(owner, id, storage, { backup_options: { include_tables: [`--t '1' "2"`] } });
    return { database, execution: await completed(owner, await runJob(owner, job)) };
  });
  const done = await Promise.all(runs);
  expect(new Set(done.map(({ execution }) => execution.backup_path)).size).toBe(DATABASES.length);
  for (const { database, execution } of done.slice(2, 7)) {
    const url = siblingOf(server, database);
    const before = await plainDump(url);
    await query(url, `DELETE FROM "--t '1' ""2"""`);
    const answer = await owner.post<{ execution_id: string }>(`/backups/${execution.id}/restore`, {
      confirmation_phrase: "RESTORE",
      drop_existing: true,
    });
    expect(answer.status, answer.text).toBe(202);
    await completed(owner, answer.body.execution_id);
    expect(rowsOf(await plainDump(url)), database).toEqual(rowsOf(before));
  }
});

/** The rows of the one table that was backed up. */
function rowsOf(dump: string): string[] {
  return dump.split("\n").filter((line) => /^\d+$/.test(line));
}
