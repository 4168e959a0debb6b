import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { Db } from "#lib/db/client";
import type { BackupExecution } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { Engine, EnginePlaces } from "#lib/engines/types";
import { readableCopies } from "#lib/features/backups/copies";
import { type RestoreRequest, restoreRequest } from "#lib/features/backups/schema";
import { enginePlaces } from "#lib/features/engine-places";
import { isRestorable } from "#lib/features/executions/present";
import { secretsOf } from "#lib/features/runs/load-backup";
import { placeOf } from "#lib/features/runs/temporary-names";
import { openConfig } from "#lib/features/secrets/config";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import type { StorageTarget } from "#lib/pipeline/backup";

export interface RestoreSetup {
  readonly request: RestoreRequest;
  readonly engine: Engine;
  readonly config: object;
  /** Where temporary databases are made. */
  readonly place: string;
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
  const opened = openConfig(engine.config, target.connectionConfig, { noun: "datasource", id: target.id });
  const { target_database: name, verification_mode: verifies } = request;
  // A verification makes its own database, on the connection that is known to work.
  const config = name === null || verifies ? opened : (engine.databases?.select(opened, name) ?? opened);
  const named = request.storage_location_id;
  const copies = await readableCopies(db, source.id, named ? { storageLocationId: named } : {});
  const directory = copies[0]?.backupPath;
  if (directory === undefined) {
    throw new AppError("STORAGE_NOT_FOUND_FOR_BACKUP", "No storage holds this backup any more.");
  }
  return {
    request,
    engine,
    config,
    place: placeOf(opened),
    secrets: secretsOf(engine, opened),
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
