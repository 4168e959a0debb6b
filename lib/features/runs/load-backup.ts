import type { BackupOptions } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import { secretFieldsOf } from "#lib/core/secret";
import type { Db } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { Engine, EnginePlaces } from "#lib/engines/types";
import { enginePlaces } from "#lib/features/engine-places";
import { openConfig } from "#lib/features/secrets/config";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import type { StorageTarget } from "#lib/pipeline/backup";
import { type FileSource, localFiles, storageFiles } from "#lib/pipeline/file-source";
import { layoutDirectory } from "#lib/pipeline/manifest";
import type { StorageAdapter } from "#lib/storage/types";

export interface BackupSetup {
  readonly engine: Engine;
  readonly config: object;
  /** The one of the job's several databases; null where it names none. */
  readonly databaseName: string | null;
  readonly secrets: string[];
  readonly options: BackupOptions;
  readonly targets: StorageTarget[];
  /** The folder of this artifact, the same on every storage. */
  readonly directory: string;
  readonly createdAt: Date;
  readonly jobName: string;
  readonly datasourceName: string;
  readonly places: EnginePlaces;
  readonly referencedFrom?: FileSource;
  /** Adapters besides the targets' that are to be closed too. */
  readonly opened: readonly StorageAdapter[];
}

/** The job of a queued backup, with what it is to be taken of. */
export async function loadSource(db: Db, row: BackupExecution) {
  const job = row.jobId
    ? await db.backupJob.findUnique({ where: { id: row.jobId }, include: { datasource: true } })
    : null;
  if (!job) throw new AppError("NOT_FOUND", "The job of this backup was deleted before it started.");
  const { datasource } = job;
  const engine = engineFor(datasource.type);
  const noun = "datasource";
  const config = openConfig(engine.config, datasource.connectionConfig, { noun, id: datasource.id });
  return { row, job, engine, config, secrets: secretsOf(engine, config), places: await enginePlaces(db) };
}

export type BackupSource = Awaited<ReturnType<typeof loadSource>>;

/** Everything else that a backup needs, read once; the folder is remembered for whoever has to clean up. */
export async function loadBackup(
  db: Db,
  source: BackupSource,
  databaseName: string | null,
): Promise<BackupSetup> {
  const { row, job, engine } = source;
  const config =
    databaseName === null ? source.config : engine.databases?.select(source.config, databaseName);
  if (config === undefined)
    throw new AppError(
      "VALIDATION_ERROR",
      `${engine.label} does not take several databases in one job. Edit the job.`,
    );
  const options = job.backupOptions as BackupOptions;
  const createdAt = row.startedAt ?? new Date();
  const directory = layoutDirectory({
    datasourceName: job.datasource.name,
    jobName: job.name,
    createdAt,
    executionId: row.id,
  });
  const targets = await openTargets(db, job.storageLocationId, options);
  await db.backupExecution.update({
    where: { id: row.id },
    data: {
      metadata: {
        ...(row.metadata as Prisma.JsonObject),
        directory,
        target_storage_ids: targets.map((target) => target.storageLocationId),
      },
    },
  });
  return {
    engine,
    config,
    databaseName,
    secrets: source.secrets,
    options,
    targets,
    directory,
    createdAt,
    jobName: job.name,
    datasourceName: job.datasource.name,
    places: source.places,
    ...(await openReferenced(db, options, source.places)),
  };
}

/** Where the files lie that the job's query names; nothing for a job without. */
async function openReferenced(
  db: Db,
  { referenced_files: wanted }: BackupOptions,
  { allowedRoots }: EnginePlaces,
): Promise<Pick<BackupSetup, "referencedFrom" | "opened">> {
  if (!wanted?.enabled) return { opened: [] };
  const { base_directories: bases } = wanted;
  if (wanted.source_type === "local") return { referencedFrom: localFiles(bases, allowedRoots), opened: [] };
  const id = wanted.source?.storage_location_id;
  const row = id ? await db.storageLocation.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("NOT_FOUND", "The SSH storage that holds the referenced files was deleted.");
  const adapter = openStorage(row);
  return { referencedFrom: storageFiles(bases, adapter), opened: [adapter] };
}

/** The values that must never be seen in a log. */
export function secretsOf(engine: Engine, config: Record<string, unknown>): string[] {
  return secretFieldsOf(engine.config).flatMap((field) => {
    const value = config[field];
    return typeof value === "string" ? [value] : [];
  });
}

/** The job's storage first, then its further targets in their order. The caller closes the adapters. */
async function openTargets(db: Db, first: string, options: BackupOptions): Promise<StorageTarget[]> {
  const further = [...options.storage_targets]
    .sort((a, b) => a.order - b.order)
    .map((target) => target.storage_location_id);
  const ids = [...new Set(further.includes(first) ? further : [first, ...further])];
  const rows = await db.storageLocation.findMany({ where: { id: { in: ids } } });
  return ids.flatMap((id) => {
    const row = rows.find((candidate) => candidate.id === id);
    return row ? [{ storageLocationId: id, name: row.name, adapter: openStorage(row) }] : [];
  });
}
