import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { VERSION } from "#lib/core/version";
import { configuredUrl, openDatabase, setDatabase } from "#lib/db/client";
import { listen } from "#lib/db/listen";
import { env } from "#lib/env";
import { CANCEL_CHANNEL } from "#lib/features/executions/notify-execution";
import { checkDue } from "#lib/features/health/check-due";
import { cleanUp } from "#lib/features/runs/clean-up";
import { ShutdownError } from "#lib/features/runs/outcome";
import { patiently } from "#lib/features/runs/patiently";
import { recoverExpired } from "#lib/features/runs/recover-expired";
import { ringStaleCopies } from "#lib/features/runs/repair-copies";
import { pokeRunning, runningCount } from "#lib/features/runs/running";
import { queueDueJobs } from "#lib/features/scheduler/queue-due-jobs";
import { checkKey } from "#lib/features/secrets/secret-box";
import { freeLostTasks } from "#lib/features/system/free-lost-tasks";
import { announceWorker, forgetWorker } from "#lib/features/system/worker-presence";
import { sweepTempDirectories } from "#lib/features/temp-directory";
import { log as processLog } from "#lib/log";
import { atInstants } from "#worker/nightly";
import { serveQueue, WORKER_POOL_SIZE } from "#worker/queue";
import { repeat } from "#worker/repeat";

const SWEEP_MS = 10_000;
const PRESENCE_MS = 15_000;
/** How often a worker asks what is due for a check; so soon is also what was just added looked at. */
const HEALTH_TICK_MS = 5000;
/** Checks at once in one worker: as many may hang before the others have to wait. */
const HEALTH_LANES = 4;
/** What still runs after the grace gets this long to end its tools and write down how it ended. */
const LAST_WORDS_MS = 8_000;

// What loads is compiled and kept, also what a running worker loads only when it is needed.
if (process.argv.includes("--load-only")) {
  await import("#lib/storage/family-s3/storage");
  process.exit(0);
}

const log = processLog.child({ component: "worker" });
const db = openDatabase(configuredUrl(), WORKER_POOL_SIZE);
setDatabase(db);
const shutdown = new AbortController();
/** Aborts when the worker begins to leave: what nobody would miss ends at once. */
const leavingNow = new AbortController();
const identity = {
  id: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
  shutdown: shutdown.signal,
};

// A database that is away for a moment is no reason to end.
if ((await patiently(() => checkKey(db.prisma))) !== "ok") {
  log.error(
    "SECRET_KEY is not the key this installation was made with: backups will fail until it is put back",
  );
}
await sweepTempDirectories();
const listener = listen(db.url, { [CANCEL_CHANNEL]: pokeRunning });
const queue = serveQueue({ database: db, identity });
const loops = [
  repeat("presence", PRESENCE_MS, () =>
    announceWorker(db.prisma, { id: identity.id, version: VERSION, queueWorkers: queue.workers() }),
  ),
  repeat("scheduler", env().SCHEDULER_INTERVAL_MS, () => queueDueJobs(db)),
  repeat("sweeper", SWEEP_MS, () => recoverExpired(db, identity)),
  repeat("lost tasks", SWEEP_MS, () => freeLostTasks(db.prisma)),
  repeat("copies", SWEEP_MS, () => ringStaleCopies(db.prisma)),
  ...Array.from({ length: HEALTH_LANES }, () =>
    repeat("health", Math.min(HEALTH_TICK_MS, env().HEALTH_CHECK_INTERVAL_MS), () =>
      checkDue(db, leavingNow.signal),
    ),
  ),
  atInstants(env().CLEANUP_CRON, () => cleanUp(db)),
];
log.info({ worker: identity.id }, "worker ready");

let leaving = false;
async function leave(signal: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  log.info({ signal, running: runningCount() }, "worker stops: no new work");
  for (const loop of loops) loop.stop();
  leavingNow.abort();
  const drained = queue.stop();
  await Promise.race([drained, wait(env().WORKER_GRACE_MS, undefined, { ref: false })]);
  if (runningCount() > 0) shutdown.abort(new ShutdownError());
  await Promise.race([drained, wait(LAST_WORDS_MS, undefined, { ref: false })]);
  await Promise.allSettled([forgetWorker(db.prisma, identity.id), listener.close()]);
  await db.close();
  log.info("worker stopped");
  process.exit(0);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    void leave(signal).catch((error: unknown) => {
      log.error({ err: error }, "worker did not stop cleanly");
      process.exit(1);
    });
  });
}
