import { formatBytes } from "#lib/core/format";
import type { Database } from "#lib/db/client";
import { type Ending, finishExecution } from "#lib/features/executions/finish-execution";
import { claimExecution, type Lease, renewLease } from "#lib/features/executions/lease";
import { releaseExecution } from "#lib/features/executions/release-execution";
import { chooseDatabase } from "#lib/features/runs/choose-database";
import { completedBackup, type StoredArtifact, storeArtifact } from "#lib/features/runs/commit-backup";
import { discardUnlessCompleted } from "#lib/features/runs/discard-attempt";
import { ExecutionLog } from "#lib/features/runs/execution-log";
import { type BackupSetup, type BackupSource, loadBackup, loadSource } from "#lib/features/runs/load-backup";
import { endingOf, isLeaseLost, ShutdownError } from "#lib/features/runs/outcome";
import { patiently } from "#lib/features/runs/patiently";
import { progressTracker } from "#lib/features/runs/progress";
import { putLog } from "#lib/features/runs/put-log";
import { trackRunning } from "#lib/features/runs/running";
import { type Held, reasonOf, withLease } from "#lib/features/runs/with-lease";
import { maxConcurrentBackups } from "#lib/features/settings/limits";
import { withTempDirectory } from "#lib/features/temp-directory";
import { log as processLog } from "#lib/log";
import { runBackup as runPipeline } from "#lib/pipeline/backup";

/** No bytes from the source for this long, while we wait for them, is a stalled backup (faults). */
const STALL_MS = 5 * 60_000;

export interface WorkerIdentity {
  readonly id: string;
  /** Aborted with a ShutdownError when the worker has to go and its grace is over. */
  readonly shutdown: AbortSignal;
}

/**
 * Runs one queued backup from claim to commit. Never throws for what belongs to the execution itself: that
 * ends in the execution's row, where a person sees it.
 */
export async function runBackup(
  database: Database,
  worker: WorkerIdentity,
  executionId: string,
): Promise<void> {
  const { prisma } = database;
  const claim = await claimExecution(prisma, executionId, worker.id, await maxConcurrentBackups(prisma));
  if (claim.outcome !== "claimed") return;
  const { lease, row } = claim;
  let log = new ExecutionLog(prisma, executionId, []);
  try {
    await withLease(prisma, lease, worker.shutdown, async (held) => {
      const untrack = trackRunning(executionId, held);
      try {
        const source = await patiently(() => loadSource(prisma, row));
        log = new ExecutionLog(prisma, executionId, source.secrets);
        const databaseName = await databaseOf(prisma, lease, source, held, log);
        const setup = await patiently(() => loadBackup(prisma, source, databaseName));
        try {
          await dumpAndCommit(prisma, lease, setup, held, log, row.jobId);
        } finally {
          const adapters = [...setup.targets.map((target) => target.adapter), ...setup.opened];
          await Promise.allSettled(adapters.map((adapter) => adapter.close()));
        }
      } catch (error) {
        throw reasonOf(error, held.signal);
      } finally {
        untrack();
      }
    });
  } catch (error) {
    await endBadly(database, lease, log, error);
  }
}

function databaseOf(
  prisma: Database["prisma"],
  lease: Lease,
  source: BackupSource,
  held: Held,
  log: ExecutionLog,
): Promise<string | null> {
  const { places } = source;
  return withTempDirectory("list", (tempDirectory) =>
    chooseDatabase(prisma, lease, source, { signal: held.signal, tempDirectory, places, log: log.add }),
  );
}

async function dumpAndCommit(
  prisma: Database["prisma"],
  lease: Lease,
  setup: BackupSetup,
  held: Held,
  log: ExecutionLog,
  jobId: string | null,
): Promise<void> {
  const stored = await dump(prisma, lease, setup, held, log, jobId);
  log.add("info", closingLine(stored, setup));
  await Promise.all([log.flush(), putLog(setup, stored.successes, log)]);
  await patiently(() =>
    finishExecution(prisma, lease, completedBackup(stored), (tx, ended) =>
      storeArtifact(tx, ended, stored, setup.directory),
    ),
  );
}

async function dump(
  prisma: Database["prisma"],
  lease: Lease,
  setup: BackupSetup,
  held: Held,
  log: ExecutionLog,
  jobId: string | null,
): Promise<StoredArtifact> {
  const track = progressTracker("dump");
  const result = await withTempDirectory("backup", (tempDirectory) =>
    runPipeline(
      {
        executionId: lease.executionId,
        jobId,
        engine: setup.engine,
        config: setup.config,
        options: setup.options,
        targets: setup.targets,
        directory: setup.directory,
        createdAt: setup.createdAt,
        stallMs: STALL_MS,
        ...(setup.referencedFrom && { referencedFrom: setup.referencedFrom }),
        metadata: {
          job_name: setup.jobName,
          datasource_name: setup.datasourceName,
          // Tells whoever lists it again that it goes back into this database, not the datasource's own.
          ...(setup.databaseName !== null && { one_of_several: setup.databaseName }),
        },
        // A worker that slept through its lease must not make an artifact visible.
        beforeManifest: async () => void (await patiently(() => renewLease(prisma, lease, null))),
      },
      {
        signal: held.signal,
        log: log.add,
        tempDirectory,
        places: setup.places,
        onProgress: (bytes) => held.report(track(bytes)),
      },
    ),
  );
  return {
    manifest: result.manifest,
    backupPath: result.backupPath,
    successes: result.successes,
    failures: result.failures,
    filesCount: result.facts.filesCount ?? null,
  };
}

/** What a person wants to read at the end of a good backup's log. */
function closingLine({ manifest, successes }: StoredArtifact, setup: BackupSetup): string {
  const size = formatBytes(manifest.compressed_size_bytes, "en");
  const names = successes.map(
    ({ storageLocationId }) => setup.targets.find((t) => t.storageLocationId === storageLocationId)?.name,
  );
  return `Stored ${size} on ${names.join(", ")} and checked there: ${manifest.checksum}`;
}

/** Brings a run that threw to its end: queued anew on shutdown, silent when taken over, else failed. */
export async function endBadly(
  database: Database,
  lease: Lease,
  log: ExecutionLog,
  error: unknown,
): Promise<void> {
  const { prisma } = database;
  try {
    if (error instanceof ShutdownError) return await patiently(() => releaseExecution(prisma, lease));
    if (isLeaseLost(error)) return await discardUnlessCompleted(prisma, lease.executionId);
    const ending: Ending = endingOf(error, (text) => log.clean(text));
    if ("error" in ending) log.add(ending.status === "cancelled" ? "warn" : "error", ending.error.message);
    await log.flush();
    await patiently(() => finishExecution(prisma, lease, ending));
  } catch (second) {
    // The sweeper finds the expired lease and ends it: nothing is lost, it only takes a minute longer.
    processLog.error(
      { component: "worker", executionId: lease.executionId, err: second },
      "could not record how an execution ended",
    );
  }
}
