import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { EngineUnderTest } from "#lib/engines/contract";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { quoteIdentifier } from "#lib/engines/family-mysql/session";
import { chooseTool, toolDirectories } from "#lib/engines/family-mysql/tools";
import type { Engine } from "#lib/engines/types";

/** What the suites of both types share: a real server, databases with odd names, and everything in them. */

export const serverUrl = process.env.TEST_MARIADB_URL;
if (serverUrl === undefined && process.env.CI)
  throw new Error("CI needs TEST_MARIADB_URL: the URL of a MariaDB user who may do everything.");

const server = new URL(serverUrl ?? "mysql://root@127.0.0.1:3306/");
export const SECRET = `p@ss :;\\'"/?#%&=$\`~!*(){}[]<>|, ünï\\n ${"x".repeat(5)} `;
export const USER = `odd "user' \\ # nämé ${process.pid}`;

export const configOf = (database: string, change: Partial<MysqlConfig> = {}): MysqlConfig => ({
  host: server.hostname,
  port: Number(server.port || 3306),
  ssl_enabled: false,
  database,
  username: USER,
  password: SECRET,
  ...change,
});

/** Runs statements as the server's administrator; answers the rows of the last one. */
export async function sql(
  database: string | null,
  ...statements: string[]
): Promise<Record<string, unknown>[]> {
  const connection = await createConnection({
    host: server.hostname,
    port: Number(server.port || 3306),
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    ...(database === null ? {} : { database }),
    charset: "utf8mb4",
    dateStrings: true,
    supportBigNumbers: true,
  });
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) {
      const [result] = await connection.query<RowDataPacket[]>(statement);
      rows = result;
    }
    return rows;
  } finally {
    await connection.end();
  }
}

const text = (value: string) => `'${value.replace(/['\\]/g, (character) => `\\${character}`)}'`;

export async function createUser(name: string = USER, grants = "ALL ON *.*"): Promise<void> {
  await sql(
    null,
    `CREATE OR REPLACE USER ${text(name)}@'%' IDENTIFIED BY ${text(SECRET)}`,
    `GRANT ${grants} TO ${text(name)}@'%'`,
  );
}

export async function dropUser(name: string = USER): Promise<void> {
  await sql(null, `DROP USER IF EXISTS ${text(name)}@'%'`);
}

export async function createDatabase(name: string, ...statements: string[]): Promise<void> {
  await sql(
    null,
    `CREATE OR REPLACE DATABASE ${quoteIdentifier(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  );
  await sql(name, ...statements);
}

export const dropDatabase = (name: string) => sql(null, `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`);

const LISTS = [
  "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
  `SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION, DTD_IDENTIFIER, SQL_MODE, DEFINER, DATABASE_COLLATION
   FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2`,
  `SELECT TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT, ACTION_TIMING, ACTION_ORDER, SQL_MODE
   FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1`,
  `SELECT EVENT_NAME, EVENT_DEFINITION, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, STATUS, ON_COMPLETION, SQL_MODE
   FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1`,
  "SELECT @@character_set_database, @@collation_database",
];

/** Everything in a database by the server's own words and checksums. */
export async function contents(of: object): Promise<unknown> {
  const { database } = of as MysqlConfig;
  const lists = [];
  for (const list of LISTS) lists.push(await sql(database, list));
  const objects = [];
  for (const { TABLE_NAME: name, TABLE_TYPE: type } of lists[0] ?? []) {
    const quoted = quoteIdentifier(String(name));
    const kind = type === "VIEW" ? "VIEW" : type === "SEQUENCE" ? "SEQUENCE" : "TABLE";
    const [shown] = await sql(database, `SHOW CREATE ${kind} ${quoted}`);
    const [sum] =
      kind === "TABLE"
        ? await sql(database, `CHECKSUM TABLE ${quoted} EXTENDED`)
        : await sql(database, `SELECT COUNT(*) AS Checksum FROM ${quoted}`);
    objects.push([shown, sum?.Checksum]);
  }
  return { lists, objects };
}

const asEngine = (engine: unknown) => engine as Engine;

/** An engine whose dump tool is a script around the real one. */
export async function wrapped(
  create: (directories: readonly string[]) => unknown,
  scratch: string,
  name: string,
  script: (real: string) => string,
): Promise<Engine> {
  const mariadb = { flavour: "mariadb", number: "10.11" } as const;
  const real = await chooseTool("dump", mariadb, await toolDirectories(), () => undefined);
  const directory = join(scratch, name);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "mariadb-dump");
  const body = `#!/bin/sh\ncase "$1" in --version) exec ${real.path} --version;; esac\n${script(real.path)}\n`;
  writeFileSync(file, body);
  chmodSync(file, 0o755);
  return asEngine(create([directory]));
}

/** Rows that are many enough to be interrupted, made by the server itself. */
export const LARGE = [
  "CREATE TABLE big (id INT PRIMARY KEY, body VARCHAR(400))",
  "INSERT INTO big SELECT seq, REPEAT(MD5(seq), 10) FROM seq_1_to_200000",
];

/** The contract's source, target and tools for one of the two types. */
export async function underTest(
  create: (directories?: readonly string[]) => unknown,
  schema: readonly string[],
): Promise<EngineUnderTest> {
  const scratch = mkdtempSync(join(tmpdir(), "dg-mysql-"));
  const suffix = `${process.pid}`;
  const names = {
    // No quote or backslash: clients cannot dump events of such a database.
    source: `dg t=x \`y\` %_* ünï://z. ${suffix}`,
    target: `dg target ${suffix}`,
    large: `dg large ${suffix}`,
  };
  await createUser();
  await createDatabase(names.source, ...schema);
  await createDatabase(names.target);
  await createDatabase(names.large, ...LARGE);
  return {
    engine: asEngine(create()),
    source: configOf(names.source),
    target: configOf(names.target),
    large: configOf(names.large),
    login: { wrongPassword: configOf(names.source, { password: "wrong" }), secret: SECRET },
    contents,
    tool: {
      exitsThree: await wrapped(
        create,
        scratch,
        "three",
        (real) => `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`,
      ),
      truncates: await wrapped(create, scratch, "truncates", (real) => `${real} "$@" | head -c 3000`),
    },
    dispose: async () => {
      for (const name of Object.values(names)) await dropDatabase(name);
      await dropUser();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
