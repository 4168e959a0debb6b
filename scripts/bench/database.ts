import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { startPostgres } from "#e2e/servers/postgres";

/** Rows of one unit of data: about 1.4 GB as a plain custom-format dump, which zstd -3 makes 3.6 times smaller. */
const UNIT_ROWS = 4_200_000;

export interface BenchServer {
  /** As its superuser, without a database. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly version: string;
  query(database: string, sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** The server under `directory`, with its databases kept between runs. BENCH_POSTGRES_URL names another. */
export async function startBenchServer(directory: string): Promise<BenchServer> {
  await mkdir(directory, { recursive: true });
  const own = process.env.BENCH_POSTGRES_URL ? null : await startPostgres(join(directory, "postgres"));
  const address = process.env.BENCH_POSTGRES_URL ?? own?.url;
  if (!address) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const url = new URL(address);
  const access = {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const rows = async (database: string, sql: string) => {
    const client = new Client({ ...access, database });
    await client.connect();
    try {
      return (await client.query(sql)).rows as Record<string, string>[];
    } finally {
      await client.end();
    }
  };
  const [row] = await rows("postgres", "SELECT current_setting('server_version') AS version");
  return {
    ...access,
    url: address,
    version: row?.version ?? "",
    query: async (database, sql) => {
      await rows(database, sql);
    },
    stop: async () => own?.stop(),
  };
}

const WORDS =
  "order payment invoice customer shipment refund delayed processed by the warehouse in Lisbon Porto returned with " +
  "status pending approved rejected urgent priority note address street avenue phone email contact manager";

/** Statements that fill a database with `units` of orders: dates, numbers, sentences, and random hexadecimals. */
function fill(units: number): string[] {
  const words = `ARRAY['${WORDS.split(" ").join("','")}']`;
  return [
    `CREATE TABLE sentence AS SELECT g AS id, (SELECT string_agg((${words})[1 + floor(random() * 30)::int], ' ')
       FROM generate_series(1, 16 + g % 2) w) AS t FROM generate_series(1, 20000) g`,
    "CREATE UNIQUE INDEX ON sentence (id)",
    "ANALYZE sentence",
    `CREATE TABLE orders AS SELECT g AS id, timestamp '2020-01-01' + g * interval '37 seconds' AS at,
       (g * 7919) % 100000 AS customer_id, round((random() * 1000)::numeric, 2) AS amount,
       (ARRAY['new', 'paid', 'sent', 'done'])[1 + g % 4] AS status, md5(g::text) AS token, a.t || ' ' || b.t AS note
       FROM generate_series(1, ${units * UNIT_ROWS}::bigint) g
       JOIN sentence a ON a.id = 1 + (g * 7919) % 20000 JOIN sentence b ON b.id = 1 + (g * 104729) % 20000`,
    "ALTER TABLE orders ADD PRIMARY KEY (id)",
    "VACUUM ANALYZE orders",
    "CHECKPOINT",
  ];
}

/** Builds `bench_<units>` unless it stands already, and answers its name. */
export async function ensureDatabase(server: BenchServer, units: number): Promise<string> {
  const name = `bench_${units}`;
  try {
    await server.query(name, "SELECT id FROM orders LIMIT 1");
    return name;
  } catch {
    process.stdout.write(`building ${name} …\n`);
  }
  await server.query("postgres", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await server.query("postgres", `CREATE DATABASE ${name} TEMPLATE template0`);
  for (const statement of fill(units)) await server.query(name, statement);
  return name;
}
