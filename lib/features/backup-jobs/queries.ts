import { z } from "zod";
import { AppError } from "#lib/core/errors";
import type { Permission } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import { jobWithNames, presentJob } from "#lib/features/backup-jobs/present";
import { backupJob, backupJobSummary, jobId, listJobsInput } from "#lib/features/backup-jobs/schema";
import type { Context } from "#lib/features/context";
import { latestRunsOfJobs } from "#lib/features/executions/latest-runs";
import { choices, MAX_CHOICES, paged, pageOf, slice } from "#lib/features/paging";
import { idInScope, scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

export const listJobs = query({
  name: "backup_job.list",
  summary: "Backup jobs, by name.",
  permission: "backup_jobs.read",
  input: listJobsInput,
  output: pageOf(backupJobSummary),
  run: async (db, input, ctx) => {
    const where: Prisma.BackupJobWhereInput = {
      id: scopeIds(ctx, "backup_jobs.read", "backup_job"),
      ...(input.datasourceId ? { datasourceId: input.datasourceId } : {}),
      ...(input.storageLocationId ? { storageLocationId: input.storageLocationId } : {}),
      ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
    };
    const [rows, total] = await Promise.all([
      db.backupJob.findMany({
        where,
        ...slice(input),
        orderBy: [{ name: "asc" }, { id: "asc" }],
        ...jobWithNames,
      }),
      db.backupJob.count({ where }),
    ]);
    const latest = await latestRunsOfJobs(
      db,
      rows.map((row) => row.id),
    );
    const data = rows.map((row) => {
      const run = latest.get(row.id);
      return {
        ...presentJob(row),
        lastExecutionId: run?.id ?? null,
        lastStatus: run?.status ?? null,
        lastRunAt: run?.createdAt ?? null,
        lastDurationSeconds: run?.durationSeconds ?? null,
        lastSizeBytes: run?.compressedSizeBytes ?? null,
      };
    });
    return paged(data, total, input);
  },
});

/** For a filter: a list would load what nobody sees there. */
export const jobChoices = query({
  name: "backup_job.choices",
  summary: "The first hundred backup jobs, by name.",
  permission: "backup_jobs.read",
  input: z.strictObject({}),
  output: choices,
  run: (db, _input, ctx) =>
    db.backupJob.findMany({
      where: { id: scopeIds(ctx, "backup_jobs.read", "backup_job") },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: MAX_CHOICES,
    }),
});

export const getJob = query({
  name: "backup_job.get",
  summary: "One backup job.",
  permission: "backup_jobs.read",
  input: jobId,
  output: backupJob,
  run: async (db, input, ctx) => presentJob(await findJob(db, ctx, input.id)),
});

/** The row within the caller's scope of reading and of what `permission` is about, or 404. */
export async function findJob(
  db: Pick<Db, "backupJob">,
  ctx: Context,
  id: string,
  permission: Permission = "backup_jobs.read",
) {
  const row = await db.backupJob.findFirst({
    where: { AND: idInScope(ctx, id, "backup_job", ["backup_jobs.read", permission]) },
    ...jobWithNames,
  });
  if (!row) throw new AppError("NOT_FOUND", "There is no such backup job.");
  return row;
}
