import type { BackupOptions } from "#lib/core/backup-options";
import { AppError, validationError } from "#lib/core/errors";
import { nextRuns, validateCron } from "#lib/core/schedule";
import type { Tx } from "#lib/db/client";
import type { Context } from "#lib/features/context";
import { scopeIds } from "#lib/features/scope";

/** When an enabled job runs next; null for a disabled one. INVALID_CRON names what is wrong. */
export function planNext(cron: string, timeZone: string, enabled: boolean, now = new Date()): Date | null {
  const problem = validateCron(cron, timeZone);
  if (problem) {
    const field = /time zone/.test(problem) ? "schedule_timezone" : "schedule_cron";
    throw new AppError("INVALID_CRON", problem, { details: [{ field, message: problem }] });
  }
  return enabled ? (nextRuns(cron, timeZone, now, 1)[0] ?? null) : null;
}

/** The datasource and every storage that a job names must exist within the caller's scope. */
export async function checkReferences(
  tx: Tx,
  ctx: Context,
  job: { datasourceId: string; storageLocationId: string; options: BackupOptions },
): Promise<void> {
  const source = await tx.datasource.findFirst({
    where: { AND: [{ id: job.datasourceId }, { id: scopeIds(ctx, "datasources.read", "datasource") }] },
    select: { id: true },
  });
  if (!source) throw validationError([{ field: "datasource_id", message: "There is no such datasource." }]);
  const wanted = [job.storageLocationId, ...job.options.storage_targets.map((t) => t.storage_location_id)];
  const found = await tx.storageLocation.findMany({
    where: { AND: [{ id: { in: wanted } }, { id: scopeIds(ctx, "storage.read", "storage_location") }] },
    select: { id: true },
  });
  const known = new Set(found.map((row) => row.id));
  if (!known.has(job.storageLocationId)) {
    throw validationError([{ field: "storage_location_id", message: "There is no such storage location." }]);
  }
  await checkReferenced(tx, ctx, job.options);
  const missing = job.options.storage_targets.findIndex((target) => !known.has(target.storage_location_id));
  if (missing >= 0) {
    const field = `backup_options.storage_targets.${missing}.storage_location_id`;
    throw validationError([{ field, message: "There is no such storage location." }]);
  }
}

/** Files on another machine are reached by the login of an SSH storage that the caller may read. */
async function checkReferenced(tx: Tx, ctx: Context, options: BackupOptions): Promise<void> {
  const wanted = options.referenced_files;
  if (!wanted?.enabled || wanted.source_type !== "ssh") return;
  const id = wanted.source?.storage_location_id;
  const found = id
    ? await tx.storageLocation.findFirst({
        where: { AND: [{ id, type: "ssh" }, { id: scopeIds(ctx, "storage.read", "storage_location") }] },
      })
    : null;
  if (found) return;
  const field = "backup_options.referenced_files.source.storage_location_id";
  throw validationError([{ field, message: "Choose the SSH storage location that holds the files." }]);
}
