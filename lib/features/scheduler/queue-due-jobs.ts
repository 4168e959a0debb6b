import { AppError } from "#lib/core/errors";
import { latestDue, nextRuns } from "#lib/core/schedule";
import type { Database, Tx } from "#lib/db/client";
import type { BackupJob, Datasource } from "#lib/db/generated/client";
import { executionMetadata, liveRunOf, queueBackup } from "#lib/features/executions/queue-execution";
import { log } from "#lib/log";

const AT_ONCE = 200;
const SET_ASIDE_MS = 3_600_000;

type JobWithSource = BackupJob & { datasource: Datasource };

/**
 * Queues every job whose time has come, each in a transaction of its own: one bad job, time zone or
 * datasource never stops the others (invariant I8). Any number of schedulers may tick at once: the row lock
 * lets one through and (job_id, scheduled_for) is unique. What was missed runs once.
 * @returns how many executions were queued
 */
export async function queueDueJobs({ prisma }: Pick<Database, "prisma">, now = new Date()): Promise<number> {
  const due = await prisma.backupJob.findMany({
    where: { enabled: true, nextExecutionAt: { lte: now } },
    // Those in trouble stay due, but behind the others.
    orderBy: [{ scheduleError: { sort: "asc", nulls: "first" } }, { nextExecutionAt: "asc" }],
    take: AT_ONCE,
    select: { id: true, name: true },
  });
  let queued = 0;
  for (const { id, name } of due) {
    try {
      if (await prisma.$transaction((tx) => queueOne(tx, id, now))) queued += 1;
    } catch (error) {
      log.error(
        { component: "scheduler", jobId: id, job: name, err: error },
        "a due job could not be queued",
      );
      await explain(prisma, id, now, error);
    }
  }
  return queued;
}

async function queueOne(tx: Tx, jobId: string, now: Date): Promise<boolean> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM backup_jobs
    WHERE id = ${jobId}::uuid AND enabled AND next_execution_at <= ${now}
    FOR UPDATE SKIP LOCKED`;
  if (locked.length === 0) return false;
  const job = await tx.backupJob.findUniqueOrThrow({ where: { id: jobId }, include: { datasource: true } });
  const from = job.nextExecutionAt ?? now;
  // The planned instant itself is due; a later one only where a whole period was missed.
  const scheduledFor = latestDue(job.scheduleCron, job.scheduleTimezone, from, now) ?? from;
  const next = nextRuns(job.scheduleCron, job.scheduleTimezone, now, 1)[0] ?? null;
  await tx.backupJob.update({
    where: { id: job.id },
    data: { nextExecutionAt: next, lastExecutionAt: scheduledFor, scheduleError: null },
  });
  if (!job.datasource.enabled) return false;
  const taken = await tx.backupExecution.findUnique({
    where: { jobId_scheduledFor: { jobId: job.id, scheduledFor } },
    select: { id: true },
  });
  if (taken) return false;
  const live = await liveRunOf(tx, job.id);
  if (live) return skip(tx, job, scheduledFor, live);
  await queueBackup(tx, job, "schedule", { scheduledFor });
  return true;
}

/** The former run still goes on: no second one starts, and the skipped instant is visible. */
async function skip(
  tx: Tx,
  job: JobWithSource,
  scheduledFor: Date,
  live: { id: string; status: string },
): Promise<boolean> {
  await tx.backupExecution.create({
    data: {
      jobId: job.id,
      datasourceId: job.datasourceId,
      storageLocationId: job.storageLocationId,
      status: "cancelled",
      scheduledFor,
      finishedAt: new Date(),
      errorCode: "EXECUTION_ALREADY_PROCESSING",
      errorMessage: `Skipped: the previous run of this job was still ${live.status}.`,
      metadata: { ...executionMetadata(job, "schedule"), skipped: true, blocked_by: live.id },
    },
  });
  return false;
}

/**
 * Writes down why a job was not queued, where a person sees it. One that cannot be planned is set aside for an
 * hour. Anything else, such as a database that was away for a moment, passes: the job stays due.
 */
async function explain(prisma: Database["prisma"], id: string, now: Date, error: unknown): Promise<void> {
  const ofTheJob = error instanceof AppError || error instanceof RangeError;
  const data = ofTheJob
    ? { scheduleError: error.message, nextExecutionAt: new Date(now.getTime() + SET_ASIDE_MS) }
    : { scheduleError: "The scheduler could not queue this job yet; it keeps trying." };
  try {
    await prisma.backupJob.update({ where: { id }, data });
  } catch (second) {
    log.error({ component: "scheduler", jobId: id, err: second }, "why a job was not queued is not recorded");
  }
}
