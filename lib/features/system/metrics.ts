import { Gauge, Registry } from "prom-client";
import type { Db } from "#lib/db/client";
import { WORKER_SILENT_SECONDS } from "#lib/features/system/worker-presence";
import { TASKS } from "#lib/tasks/definitions";

const QUEUES = ["backup-queue", "restore-queue", "restore-drill-queue", "db-sync-queue"] as const;

type Count = Record<string, string | number | boolean>;

/** The gauges of the contract (section 10) in Prometheus' text form, read from the database at each scrape. */
export async function renderMetrics(db: Db): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labels: string[]) =>
    new Gauge({ name, help, labelNames: labels, registers: [registry] });
  const fill = (name: string, help: string, labels: string[], rows: Count[]) => {
    const metric = gauge(name, help, labels);
    for (const row of rows) {
      metric.set(Object.fromEntries(labels.map((label) => [label, String(row[label])])), Number(row.value));
    }
  };
  const [jobs, executions, drills, storages, datasources, workers, queues, last] = await Promise.all([
    db.$queryRaw<Count[]>`SELECT enabled, count(*)::int AS value FROM backup_jobs GROUP BY enabled`,
    db.$queryRaw<Count[]>`SELECT status, count(*)::int AS value FROM backup_executions GROUP BY status`,
    db.$queryRaw<
      Count[]
    >`SELECT status, count(*)::int AS value FROM restore_drill_executions GROUP BY status`,
    db.$queryRaw<
      Count[]
    >`SELECT type, status, count(*)::int AS value FROM storage_locations GROUP BY type, status`,
    db.$queryRaw<Count[]>`SELECT status, count(*)::int AS value FROM datasources GROUP BY status`,
    db.$queryRaw<Count[]>`
      SELECT id AS worker, (last_seen_at > now() - make_interval(secs => ${WORKER_SILENT_SECONDS}))::int AS value
      FROM workers`,
    queueCounts(db),
    lastBackups(db),
  ]);
  fill("dg_worker_status", "1 while a worker beats", ["worker"], workers);
  fill("dg_backup_jobs_total", "Backup jobs", ["enabled"], jobs);
  fill("dg_backup_executions_total", "Executions", ["status"], executions);
  fill("dg_restore_drill_executions_total", "Restore drills", ["status"], drills);
  fill("dg_storage_locations_total", "Storage locations", ["type", "status"], storages);
  fill("dg_datasources_total", "Datasources", ["status"], datasources);
  gauge("dg_queue_up", "1 while the queue's database answers", []).set(1);
  for (const state of ["waiting", "active", "delayed", "failed"] as const) {
    fill(
      `dg_queue_jobs_${state}`,
      `Tasks that are ${state}`,
      ["queue"],
      queues.map((row) => ({ queue: row.queue, value: row[state] })),
    );
  }
  const labels = ["job", "datasource"];
  const column = (key: "finished" | "duration" | "size") => last.map((row) => ({ ...row, value: row[key] }));
  fill(
    "dg_backup_last_success_timestamp_seconds",
    "End of the last completed backup",
    labels,
    column("finished"),
  );
  fill(
    "dg_backup_last_duration_seconds",
    "Duration of the last completed backup",
    labels,
    column("duration"),
  );
  fill("dg_backup_last_size_bytes", "Stored size of the last completed backup", labels, column("size"));
  return registry.metrics();
}

/** What a scraper sees while the metadata database is away. */
export function metricsWhileDown(): string {
  return "# HELP dg_queue_up 1 while the queue's database answers\n# TYPE dg_queue_up gauge\ndg_queue_up 0\n";
}

interface QueueCount {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

async function queueCounts(db: Db): Promise<QueueCount[]> {
  const rows = await db.$queryRaw<(Omit<QueueCount, "queue"> & { task: string })[]>`
    SELECT task_identifier AS task,
      count(*) FILTER (WHERE locked_at IS NULL AND run_at <= now() AND attempts < max_attempts)::int AS waiting,
      count(*) FILTER (WHERE locked_at IS NOT NULL)::int AS active,
      count(*) FILTER (WHERE locked_at IS NULL AND run_at > now() AND attempts < max_attempts)::int AS delayed,
      count(*) FILTER (WHERE locked_at IS NULL AND attempts >= max_attempts)::int AS failed
    FROM graphile_worker.jobs GROUP BY task_identifier`;
  return QUEUES.map((queue) => {
    const mine = rows.filter(
      (row) => (TASKS as Record<string, { queue: string }>)[row.task]?.queue === queue,
    );
    const sum = (key: "waiting" | "active" | "delayed" | "failed") =>
      mine.reduce((total, row) => total + row[key], 0);
    return {
      queue,
      waiting: sum("waiting"),
      active: sum("active"),
      delayed: sum("delayed"),
      failed: sum("failed"),
    };
  });
}

type LastBackup = { job: string; datasource: string; finished: number; duration: number; size: number };

async function lastBackups(db: Db): Promise<LastBackup[]> {
  return db.$queryRaw<LastBackup[]>`
    SELECT j.name AS job, d.name AS datasource, extract(epoch FROM e.finished_at)::float8 AS finished,
           coalesce(e.duration_seconds, 0)::float8 AS duration, coalesce(e.compressed_size_bytes, 0)::float8 AS size
    FROM backup_jobs j
    JOIN datasources d ON d.id = j.datasource_id
    JOIN LATERAL (
      SELECT finished_at, duration_seconds, compressed_size_bytes FROM backup_executions
      WHERE job_id = j.id AND operation = 'backup' AND status = 'completed'
      ORDER BY created_at DESC LIMIT 1) e ON true`;
}
