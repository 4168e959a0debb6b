import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import { type Holder, holdersOf } from "#lib/features/storage-files/artifacts";
import type { Neighbour } from "#lib/features/storage-files/neighbours";

/**
 * Refuses a removal that a backup would lose something by: the way to be rid of a backup is to delete its
 * execution, which takes its record, its pins and its other copies along.
 * @throws CONFLICT with `details.execution_ids`
 */
export async function assertNoBackupIn(
  db: Pick<Db, "$queryRaw">,
  neighbours: readonly Neighbour[],
  path: string,
): Promise<void> {
  const holders = await holdersOf(db, neighbours, path);
  const [first, second] = holders;
  if (!first) return;
  const message = first.live
    ? `A backup is being written here by execution ${named(first)}. Wait for its end, or cancel it.`
    : second
      ? `Backups lie here, among them that of execution ${named(first)}. Delete the executions instead.`
      : `This belongs to the backup of execution ${named(first)}. Delete the execution instead.`;
  throw new AppError("CONFLICT", message, { details: { execution_ids: holders.map(({ id }) => id) } });
}

function named({ id, jobName }: Holder): string {
  return jobName === null ? id : `${id} (“${jobName}”)`;
}
