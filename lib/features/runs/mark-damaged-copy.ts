import type { Db } from "#lib/db/client";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import { announceDamagedCopy } from "#lib/features/notifications/announce-damaged-copy";
import { patiently } from "#lib/features/runs/patiently";
import { log } from "#lib/log";

/**
 * Takes a copy out of use that was found damaged while there is another one, and says so once. It can be made
 * whole from that one. Never rejects: whoever found it has something else to do.
 */
export async function markDamagedCopy(
  db: Db,
  copy: { readonly executionId: string; readonly storageLocationId: string },
  why: string,
): Promise<void> {
  try {
    await patiently(() =>
      db.$transaction(async (tx) => {
        const { count } = await tx.backupCopy.updateMany({
          where: { ...copy, status: "stored" },
          data: { status: "failed", errorMessage: why },
        });
        if (count === 0) return;
        await announceDamagedCopy(tx, copy, why);
        await notifyExecution(tx, copy.executionId);
      }),
    );
  } catch (error) {
    log.warn({ component: "worker", ...copy, err: error }, "a damaged copy is not marked");
  }
}
