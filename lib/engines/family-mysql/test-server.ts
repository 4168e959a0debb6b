import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { FLAVOUR_LABEL, type Flavour } from "#lib/engines/family-mysql/flavour";
import { quoteIdentifier } from "#lib/engines/family-mysql/session";

type Row = Record<string, unknown>;

const SETTINGS = {
  mariadb: {
    url: process.env.TEST_MARIADB_URL,
    caFile: process.env.TEST_MARIADB_CA,
    title: "TEST_MARIADB_URL (apt-get install mariadb-server)",
    onConnect: "DO 0",
  },
  mysql: {
    url: process.env.TEST_MYSQL_URL,
    caFile: process.env.TEST_MYSQL_CA,
    title: "TEST_MYSQL_URL (mysql://user:password@host:port/ of a MySQL 9 user who may do everything)",
    // For `numbers`.
    onConnect: "SET SESSION cte_max_recursion_depth = 10000000",
  },
} as const;

if (SETTINGS.mariadb.url === undefined && process.env.CI)
  throw new Error("CI needs TEST_MARIADB_URL: the URL of a MariaDB user who may do everything.");

export const SECRET = `p@ss :;\\'"/?#%&=$\`~!*(){}[]<>|, ünï\\n ${"x".repeat(5)} `;
export const USER = `odd "user' \\ # nämé ${process.pid}`;

const text = (value: string) => `'${value.replace(/['\\]/g, (character) => `\\${character}`)}'`;

/** A select of `count` rows of one column, `seq`, from 1 on. */
export const numbers = (flavour: Flavour, count: number) =>
  flavour === "mariadb"
    ? `(SELECT seq FROM seq_1_to_${count}) AS numbers`
    : `(WITH RECURSIVE s (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < ${count})
        SELECT seq FROM s) AS numbers`;

/** Rows that are many enough to be interrupted, made by the server itself. */
export const large = (flavour: Flavour) => [
  "CREATE TABLE big (id INT PRIMARY KEY, body VARCHAR(400))",
  `INSERT INTO big SELECT seq, REPEAT(SHA2(seq, 256), 5) FROM ${numbers(flavour, 200_000)}`,
];

/** One of the two real servers, with what tests do there as its administrator. */
export interface TestServer {
  readonly flavour: Flavour;
  readonly label: string;
  /** Undefined where it does not run: its tests are skipped under `title`, which says what it takes. */
  readonly url: string | undefined;
  readonly title: string;
  /** Of the authority that signed the server's certificate for its host; undefined where none is known. */
  readonly caFile: string | undefined;
  /** Of `USER`, whose password is `SECRET`. */
  config(database: string, change?: Partial<MysqlConfig>): MysqlConfig;
  /** Runs statements; answers the rows of the last one. */
  sql(database: string | null, ...statements: string[]): Promise<Row[]>;
  createUser(name?: string, grants?: string): Promise<void>;
  dropUser(name?: string): Promise<void>;
  /** Anew, whatever is there. */
  createDatabase(name: string, ...statements: string[]): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Everything in a database by the server's own words and checksums. */
  contents(of: object): Promise<unknown>;
}

export function testServer(flavour: Flavour): TestServer {
  const { url, caFile, title, onConnect } = SETTINGS[flavour];
  const server = new URL(url ?? "mysql://root@127.0.0.1:3306/");
  const place = { host: server.hostname, port: Number(server.port || 3306) };
  const sql = async (database: string | null, ...statements: string[]) => {
    const connection = await createConnection({
      ...place,
      user: decodeURIComponent(server.username),
      password: decodeURIComponent(server.password),
      ...(database === null ? {} : { database }),
      charset: "utf8mb4",
      dateStrings: true,
      supportBigNumbers: true,
    });
    try {
      let rows: Row[] = [];
      for (const statement of [onConnect, ...statements])
        [rows] = await connection.query<RowDataPacket[]>(statement);
      return rows;
    } finally {
      await connection.end();
    }
  };
  const drop = (name: string) => `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`;
  const dropUser = async (name: string = USER) => {
    await sql(null, `DROP USER IF EXISTS ${text(name)}@'%'`);
  };
  return {
    flavour,
    label: FLAVOUR_LABEL[flavour],
    url,
    title,
    caFile,
    config: (database, change = {}) => ({
      ...place,
      ssl_enabled: false,
      database,
      username: USER,
      password: SECRET,
      ...change,
    }),
    sql,
    createUser: async (name = USER, grants = "ALL ON *.*") => {
      await dropUser(name);
      await sql(
        null,
        `CREATE USER ${text(name)}@'%' IDENTIFIED BY ${text(SECRET)}`,
        `GRANT ${grants} TO ${text(name)}@'%'`,
      );
    },
    dropUser,
    createDatabase: async (name, ...statements) => {
      const defaults = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci";
      await sql(null, drop(name), `CREATE DATABASE ${quoteIdentifier(name)} ${defaults}`);
      await sql(name, ...statements);
    },
    dropDatabase: async (name) => {
      await sql(null, drop(name));
    },
    contents: (of) => contentsOf(sql, flavour, (of as MysqlConfig).database),
  };
}

/** What holds for one of them is tested on the other too, where TEST_MYSQL_URL names one. */
export const SERVERS = [testServer("mariadb"), testServer("mysql")].filter(
  ({ flavour, url }) => flavour === "mariadb" || url !== undefined,
);

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

const LIBRARIES = `SELECT LIBRARY_NAME, LIBRARY_DEFINITION, LANGUAGE, SQL_MODE FROM information_schema.LIBRARIES
   WHERE LIBRARY_SCHEMA = DATABASE() ORDER BY 1`;

/** MySQL remembers whether a column's character set was written down, which its collation says too. */
const asWritten = (shown: Row | undefined) =>
  Object.values(shown ?? {}).map((value) =>
    String(value).replace(/ CHARACTER SET (\w+)(?= COLLATE \1_)/g, ""),
  );

async function contentsOf(sql: TestServer["sql"], flavour: Flavour, database: string): Promise<unknown> {
  const lists = [];
  for (const list of [...LISTS, ...(flavour === "mysql" ? [LIBRARIES] : [])])
    lists.push(await sql(database, list));
  const objects = [];
  for (const { TABLE_NAME: name, TABLE_TYPE: type } of lists[0] ?? []) {
    const quoted = quoteIdentifier(String(name));
    const kind = type === "VIEW" ? "VIEW" : type === "SEQUENCE" ? "SEQUENCE" : "TABLE";
    const [shown] = await sql(database, `SHOW CREATE ${kind} ${quoted}`);
    const [sum] =
      kind === "TABLE"
        ? await sql(database, `CHECKSUM TABLE ${quoted} EXTENDED`)
        : await sql(
            database,
            `SELECT ${kind === "VIEW" ? "COUNT(*)" : "next_not_cached_value"} AS Checksum FROM ${quoted}`,
          );
    objects.push([type, asWritten(shown), sum?.Checksum]);
  }
  return { lists, objects };
}
