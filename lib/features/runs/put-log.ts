import type { ExecutionLog } from "#lib/features/runs/execution-log";
import type { BackupSetup } from "#lib/features/runs/load-backup";
import { log as processLog } from "#lib/log";
import { LOG_FILE } from "#lib/pipeline/manifest";

const TIMEOUT_MS = 30_000;

/** Lays the whole log beside each copy. A log that cannot be written never fails a whole backup. */
export async function putLog(
  setup: Pick<BackupSetup, "targets" | "directory">,
  copies: readonly { storageLocationId: string }[],
  log: ExecutionLog,
): Promise<void> {
  const text = Buffer.from(log.text());
  const holders = new Set(copies.map((copy) => copy.storageLocationId));
  await Promise.all(
    setup.targets
      .filter((target) => holders.has(target.storageLocationId))
      .map(async ({ adapter, storageLocationId }) => {
        try {
          const bytes = (async function* () {
            yield text;
          })();
          await adapter.put(`${setup.directory}/${LOG_FILE}`, bytes, {
            signal: AbortSignal.timeout(TIMEOUT_MS),
            overwrite: true,
          });
        } catch (error) {
          processLog.warn(
            { component: "worker", storageLocationId, err: error },
            "log not stored beside the artifact",
          );
        }
      }),
  );
}
