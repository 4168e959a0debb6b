import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import type { BackupExecution } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { Engine, EnginePlaces } from "#lib/engines/types";
import { type RestoreRequest, restoreRequest } from "#lib/features/backups/schema";
import { enginePlaces } from "#lib/features/engine-places";
import { isRestorable } from "#lib/features/executions/present";
import { secretsOf } from "#lib/features/runs/load-backup";
import { openConfig } from "#lib/features/secrets/config";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import type { StorageTarget } from "#lib/pipeline/backup";

export interface RestoreSetup {
  readonly request: RestoreRequest;
  readonly engine: Engine;
  readonly config: object;
  readonly secrets: string[];
  readonly sourceId: string;
  readonly directory: string;
  /** Copies in the order in which they should be tried. The caller closes the adapters. */
  readonly sources: StorageTarget[];
  readonly parallelJobs: number;
  readonly targetName: string;
  readonly places: EnginePlaces;
}

/** Everything a restore needs, read once at its start. */
export async function loadRestore(db: Db, row: BackupExecution): Promise<RestoreSetup> {
  const request = restoreRequest.parse((row.metadata as { restore_request?: unknown }).restore_request);
  const source = row.sourceExecutionId
    ? await db.backupExecution.findUnique({ where: { id: row.sourceExecutionId }, include: { job: true } })
    : null;
  if (!source || !isRestorable(source)) {
    throw new AppError("BACKUP_NOT_RESTORABLE", "The backup is gone, or its files are.");
  }
  const target = await db.datasource.findUnique({ where: { id: request.target_datasource_id } });
  if (!target) throw new AppError("NOT_FOUND", "The datasource to restore into was deleted.");
  const engine = engineFor(target.type);
  const config = openConfig(engine.config, target.connectionConfig, { noun: "datasource", id: target.id });
  const copies = await db.backupCopy.findMany({
    where: {
      executionId: source.id,
      status: "stored",
      ...(request.storage_location_id ? { storageLocationId: request.storage_location_id } : {}),
    },
    include: { storageLocation: true },
    orderBy: { latencyMs: "asc" },
  });
  const directory = copies[0]?.backupPath;
  if (directory === undefined) {
    throw new AppError("STORAGE_NOT_FOUND_FOR_BACKUP", "No storage holds this backup any more.");
  }
  return {
    request,
    engine,
    config,
    secrets: secretsOf(engine, config),
    sourceId: source.id,
    directory,
    sources: copies.map((copy) => ({
      storageLocationId: copy.storageLocationId,
      name: copy.storageLocation.name,
      adapter: openStorage(copy.storageLocation),
    })),
    parallelJobs: (source.job?.backupOptions as BackupOptions | undefined)?.parallel_jobs ?? 1,
    targetName: target.name,
    places: await enginePlaces(db),
  };
}
