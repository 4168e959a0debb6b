import { AppError } from "#lib/core/errors";
import type { Database } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import { finishExecution } from "#lib/features/executions/finish-execution";
import { claimExecution, type Lease } from "#lib/features/executions/lease";
import { ExecutionLog } from "#lib/features/runs/execution-log";
import { loadRestore, type RestoreSetup } from "#lib/features/runs/load-restore";
import { markDamagedCopy } from "#lib/features/runs/mark-damaged-copy";
import { patiently } from "#lib/features/runs/patiently";
import { progressTracker } from "#lib/features/runs/progress";
import { endBadly, type WorkerIdentity } from "#lib/features/runs/run-backup";
import { trackRunning } from "#lib/features/runs/running";
import { reserveVerificationName, temporaryNames } from "#lib/features/runs/temporary-names";
import { type Held, reasonOf, withLease } from "#lib/features/runs/with-lease";
import { maxConcurrentBackups } from "#lib/features/settings/limits";
import { withTempDirectory } from "#lib/features/temp-directory";
import { readManifestOfAny } from "#lib/pipeline/manifest";
import { runRestore as restorePipeline } from "#lib/pipeline/restore";
import { runVerification } from "#lib/pipeline/verify";

interface Outcome {
  readonly metadata: Prisma.JsonObject;
  readonly sizeBytes: number;
  readonly verified: boolean;
}

/** Runs one queued restore or verification from claim to commit. */
export async function runRestore(
  database: Database,
  worker: WorkerIdentity,
  executionId: string,
): Promise<void> {
  const { prisma } = database;
  const claim = await claimExecution(prisma, executionId, worker.id, await maxConcurrentBackups(prisma));
  if (claim.outcome !== "claimed") return;
  const { lease, row } = claim;
  let log = new ExecutionLog(prisma, executionId, []);
  let sourceId = row.sourceExecutionId;
  let sources: RestoreSetup["sources"] = [];
  try {
    await withLease(prisma, lease, worker.shutdown, async (held) => {
      const untrack = trackRunning(executionId, held);
      try {
        const setup = await patiently(() => loadRestore(prisma, row));
        ({ sources, sourceId } = setup);
        log = new ExecutionLog(prisma, executionId, setup.secrets);
        const outcome = await restore(prisma, lease, setup, held, log);
        await log.flush();
        await patiently(() =>
          finishExecution(
            prisma,
            lease,
            {
              status: "completed",
              data: { sizeBytes: BigInt(outcome.sizeBytes) },
              metadata: outcome.metadata,
            },
            async (tx) => {
              if (!outcome.verified) return;
              await tx.backupExecution.update({
                where: { id: setup.sourceId },
                data: { verifiedAt: new Date() },
              });
            },
          ),
        );
      } catch (error) {
        throw reasonOf(error, held.signal);
      } finally {
        untrack();
        await Promise.allSettled(sources.map((source) => source.adapter.close()));
      }
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "ARTIFACT_CORRUPT" && sourceId) {
      await noteDamage(database, sourceId, sources, error);
    }
    await endBadly(database, lease, log, error);
  }
}

async function restore(
  prisma: Database["prisma"],
  lease: Lease,
  setup: RestoreSetup,
  held: Held,
  log: ExecutionLog,
): Promise<Outcome> {
  const { request, engine, config, directory, sources } = setup;
  const manifest = await readManifestOfAny(sources, directory);
  const track = progressTracker(request.verification_mode ? "verify" : "restore");
  return withTempDirectory("restore", async (tempDirectory) => {
    const io = {
      signal: held.signal,
      log: log.add,
      tempDirectory,
      places: setup.places,
      onProgress: (bytes: Parameters<typeof track>[0]) => held.report(track(bytes)),
    };
    const where = { datasource_id: request.target_datasource_id, place: setup.place };
    const temporary = temporaryNames(prisma, lease, where);
    const onDamagedCopy = (storageLocationId: string, why: string) =>
      markDamagedCopy(prisma, { executionId: setup.sourceId, storageLocationId }, why);
    const common = { engine, config, manifest, directory, sources, temporary, onDamagedCopy };
    if (request.verification_mode) {
      const databaseName = await patiently(() => reserveVerificationName(prisma, lease, setup.targetName));
      const keepDatabase = request.keep_verification_database;
      const report = await runVerification({ ...common, databaseName, keepDatabase }, io);
      return {
        metadata: {
          verification: { ...report, tables: report.tables.map((table) => ({ ...table })) },
        },
        sizeBytes: manifest.total_size_bytes,
        verified: true,
      };
    }
    const facts = await restorePipeline(
      {
        ...common,
        dropExisting: request.drop_existing,
        tables: request.tables,
        parallelJobs: setup.parallelJobs,
      },
      io,
    );
    return {
      metadata: {
        source_storage: facts.sourceStorageLocationId,
        database_version: facts.databaseVersion,
        engine_output: [...facts.engineOutput],
      },
      sizeBytes: manifest.total_size_bytes,
      verified: false,
    };
  });
}

/** All copies that were looked at are damaged. The backup is so only where there is no other one. */
async function noteDamage(
  { prisma }: Database,
  sourceId: string,
  sources: RestoreSetup["sources"],
  error: AppError,
): Promise<void> {
  const looked = sources.map(({ storageLocationId }) => storageLocationId);
  const others = { executionId: sourceId, status: "stored", storageLocationId: { notIn: looked } } as const;
  if ((await patiently(() => prisma.backupCopy.count({ where: others }))) > 0) {
    const why = error.cause instanceof AppError ? error.cause.message : error.message;
    for (const id of looked) {
      await markDamagedCopy(prisma, { executionId: sourceId, storageLocationId: id }, why);
    }
    return;
  }
  await patiently(() =>
    prisma.backupExecution.updateMany({
      where: { id: sourceId, corruptAt: null },
      data: { corruptAt: new Date() },
    }),
  );
}
