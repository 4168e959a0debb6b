import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { startProduct } from "#e2e/servers/product";
import type { Bench, Row } from "#scripts/bench/data-path";

const EXECUTIONS = 10_000;
const ROUNDS = 60;
const PAGES = ["/", "/datasources", "/storage", "/jobs", "/executions", "/executions?page=400", "/backups"];

/**
 * How long the server takes to answer a page whole, as a browser on the same machine sees it, with 10,000
 * executions in the table; all pages in turn.
 */
export async function measurePages(bench: Bench): Promise<Row[]> {
  process.stdout.write(`pages with ${EXECUTIONS} executions\n`);
  const home = await mkdtemp(join(bench.directory, "pages-"));
  const metadata = await startPostgresNewer(join(home, "metadata"));
  const product = await startProduct(home, {
    DATABASE_URL: metadata.url,
    LOCAL_STORAGE_ROOT_PATH: join(home, "data", "backups"),
    LOG_LEVEL: "warn",
  });
  try {
    const cookie = await signUp(product.url);
    await fill(metadata.url, product.url, cookie, product.dataDir);
    const samples = new Map<string, number[]>(PAGES.map((page) => [page, []]));
    for (let round = -5; round < ROUNDS; round += 1) {
      for (const page of PAGES) {
        const started = performance.now();
        const answer = await fetch(`${product.url}${page}`, { headers: { cookie } });
        await answer.text();
        if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}`);
        if (round >= 0) samples.get(page)?.push(performance.now() - started);
      }
    }
    return [...samples].map(([page, times]) => {
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
      return {
        what: `page ${page}`,
        product: `${at(0.95).toFixed(0)} ms`,
        reference: `${at(0.5).toFixed(0)} ms`,
        ratio: "p95, median",
        target: "p95 under 150 ms",
      };
    });
  } finally {
    await product.stop();
    await metadata.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function post(url: string, cookie: string, body: object): Promise<{ id: string }> {
  const headers = { "content-type": "application/json", cookie };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as { id: string };
}

async function signUp(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/setup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "bench", password: crypto.randomUUID() }),
  });
  if (answer.status !== 201) throw new Error(`set-up answered ${answer.status}`);
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** Twenty datasources and jobs, and executions over the last weeks in every state. */
async function fill(database: string, url: string, cookie: string, dataDir: string): Promise<void> {
  const storage = await post(`${url}/api/storage-locations`, cookie, {
    name: "Disk",
    type: "local",
    config: { path: join(dataDir, "backups") },
  });
  for (let n = 1; n <= 20; n += 1) {
    const connection_config = {
      host: "127.0.0.1",
      port: 5432,
      database: `d${n}`,
      username: "u",
      password: "p",
    };
    const source = await post(`${url}/api/datasources`, cookie, {
      name: `Shop ${n}`,
      type: "postgres",
      connection_config,
    });
    await post(`${url}/api/backup-jobs`, cookie, {
      name: `Nightly ${n}`,
      datasource_id: source.id,
      storage_location_id: storage.id,
      schedule_cron: "0 3 * * *",
    });
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO backup_executions (job_id, datasource_id, storage_location_id, status, started_at, finished_at,
         duration_seconds, size_bytes, compressed_size_bytes, error_message, created_at)
       SELECT j.id, j.datasource_id, j.storage_location_id,
         (ARRAY['completed', 'completed', 'completed', 'completed', 'failed', 'cancelled'])[1 + n % 6]::"ExecutionStatus",
         now() - n * interval '5 minutes', now() - n * interval '5 minutes' + interval '90 s', 90,
         1000000000 + n, 250000000 + n, CASE WHEN n % 6 = 4 THEN 'The server closed the connection.' END,
         now() - n * interval '5 minutes'
       FROM generate_series(1, $1::int) n
       JOIN (SELECT *, row_number() OVER (ORDER BY name) AS nr FROM backup_jobs) j ON j.nr = 1 + n % 20`,
      [EXECUTIONS],
    );
    await client.query("ANALYZE");
  } finally {
    await client.end();
  }
}
