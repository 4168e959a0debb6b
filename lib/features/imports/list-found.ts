import { AppError } from "#lib/core/errors";
import type { Database, Db, Tx } from "#lib/db/client";
import type { StorageLocation } from "#lib/db/generated/client";
import type { ScanReport } from "#lib/features/imports/schema";
import { completedBackup, storeArtifact } from "#lib/features/runs/commit-backup";
import { openStorage } from "#lib/features/storage-locations/open-storage";
import { log } from "#lib/log";
import { filesOf, MANIFEST_NAME, type Manifest, readManifest } from "#lib/pipeline/manifest";
import { type StorageAdapter, type StorageEntry, StorageError } from "#lib/storage/types";

/** `{datasource}/{job}/{run}` (contract, section 6); deeper folders hold no artifacts. */
const MAX_DEPTH = 4;
const MAX_DAMAGED = 50;
const PAGE = 1000;
/** Folders between two reports of how far a scan has come. */
const SAVE_EVERY = 100;

type Report = Pick<ScanReport, "found" | "listed" | "known" | "damaged">;

/**
 * Walks a storage and lists every backup whose manifest lies there and that the database does not know, so
 * that the tool itself can be lost. Sizes are compared with the listing; the content is checked when a backup
 * is verified or restored.
 */
export async function listFound({ prisma }: Database, storageLocationId: string): Promise<void> {
  const location = await prisma.storageLocation.findUnique({ where: { id: storageLocationId } });
  if (!location) return;
  const started = new Date();
  const report: Report = { found: 0, listed: 0, known: 0, damaged: [] };
  const save = (state: ScanReport["state"], error: string | null = null) =>
    prisma.storageLocation.update({
      where: { id: location.id },
      data: {
        scan: {
          state,
          startedAt: started.toISOString(),
          finishedAt: state === "running" ? null : new Date().toISOString(),
          ...report,
          error,
        },
      },
    });
  await save("running");
  const adapter = openStorage(location);
  try {
    await walk(prisma, location, adapter, report, () => save("running"));
    await save("done");
  } catch (error) {
    const known = error instanceof StorageError || error instanceof AppError;
    if (!known) log.error({ component: "scan", storageLocationId, err: error }, "a scan failed");
    await save("failed", known ? (error as Error).message : "The scan failed; see the worker's log.");
  } finally {
    await adapter.close();
  }
}

/**
 * Counts into `report`. One folder that is damaged or may not be read never stops the rest, and one that goes
 * while it is looked at, by retention or by hand, was never there. Rejects where the storage itself fails.
 */
export async function walk(
  db: Db,
  location: StorageLocation,
  adapter: StorageAdapter,
  report: Report,
  save: () => Promise<unknown>,
): Promise<void> {
  for await (const folder of artifactFolders(adapter, "", 1)) {
    try {
      const outcome = await listOne(db, location, adapter, folder);
      report[outcome] += 1;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      // Rejects where it is the storage that went away: its folders are neither gone nor damaged then.
      if (error instanceof StorageError) await adapter.list("", { limit: 1 });
      if (fault === "gone") continue;
      if (report.damaged.length < MAX_DAMAGED) {
        report.damaged.push({ path: folder.path, reason: (error as Error).message });
      }
    }
    report.found += 1;
    if (report.found % SAVE_EVERY === 0) await save();
  }
}

/** What an error says of the folder it came from; null where it says something of the storage. */
function faultOf(error: unknown): "gone" | "damaged" | null {
  if (error instanceof AppError) return "damaged";
  if (!(error instanceof StorageError) || error.fault === "transient") return null;
  return error.fault === "not-found" ? "gone" : "damaged";
}

interface Folder {
  readonly path: string;
  readonly files: ReadonlyMap<string, StorageEntry>;
  /** Why it could not be listed. */
  readonly error?: unknown;
}

/** Folders that hold a manifest. A root that cannot be listed rejects: it must not look like an empty one. */
async function* artifactFolders(
  adapter: StorageAdapter,
  path: string,
  depth: number,
): AsyncGenerator<Folder> {
  const folders: string[] = [];
  const files = new Map<string, StorageEntry>();
  let cursor: string | undefined;
  try {
    do {
      const page = await adapter.list(path, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      for (const entry of page.entries) {
        if (entry.kind === "folder") folders.push(entry.path);
        else files.set(entry.path, entry);
      }
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
  } catch (error) {
    if (path === "" || faultOf(error) === null) throw error;
    yield { path, files, error };
    return;
  }
  if (files.has(`${path}/${MANIFEST_NAME}`)) yield { path, files };
  if (depth > MAX_DEPTH) return;
  for (const folder of folders) yield* artifactFolders(adapter, folder, depth + 1);
}

async function listOne(
  db: Db,
  location: StorageLocation,
  adapter: StorageAdapter,
  folder: Folder,
): Promise<"listed" | "known"> {
  if (folder.error !== undefined) throw folder.error;
  const manifest = await readManifest(adapter, folder.path);
  const damaged = (why: string) => new AppError("ARTIFACT_CORRUPT", why);
  for (const part of filesOf(manifest)) {
    const found = folder.files.get(`${folder.path}/${part.file}`);
    if (!found) throw damaged(`The file ${part.file} is missing.`);
    if (found.sizeBytes !== part.size_bytes) {
      throw damaged(`The file ${part.file} has ${found.sizeBytes} bytes instead of ${part.size_bytes}.`);
    }
  }
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(manifest.execution_id)) {
    throw damaged("Its manifest names no execution of ours.");
  }
  return db.$transaction((tx) => insertFound(tx, location, manifest, folder.path));
}

async function insertFound(
  tx: Tx,
  location: StorageLocation,
  manifest: Manifest,
  directory: string,
): Promise<"listed" | "known"> {
  const id = manifest.execution_id;
  const existing = await tx.backupExecution.findUnique({ where: { id }, include: { copies: true } });
  const copy = existing?.copies.find((other) => other.storageLocationId === location.id);
  if (existing && (copy || existing.status !== "completed" || existing.checksum !== manifest.checksum)) {
    return "known";
  }
  if (existing) {
    await tx.backupCopy.create({ data: copyRow(location, manifest, directory) });
    return "listed";
  }
  const success = {
    storageLocationId: location.id,
    backupPath: `${directory}/${manifest.chunks[0]?.file ?? ""}`,
    manifestPath: `${directory}/${MANIFEST_NAME}`,
    latencyMs: 0,
  };
  const stored = {
    manifest,
    backupPath: success.backupPath,
    successes: [success],
    failures: [],
    filesCount: null,
  };
  const ending = completedBackup(stored);
  if (ending.status !== "completed") return "known";
  const at = new Date(manifest.created_at);
  const row = await tx.backupExecution.create({
    data: {
      ...(ending.data as object),
      id,
      ...(await owners(tx, manifest)),
      databaseName: manifest.metadata.one_of_several ?? null,
      storageLocationId: location.id,
      status: "completed",
      startedAt: at,
      finishedAt: at,
      createdAt: at,
      metadata: {
        ...ending.metadata,
        operation: "backup",
        enqueue_source: "scan",
        datasource_type: manifest.datasource_type,
        directory,
        target_storage_ids: [location.id],
      },
    },
  });
  await storeArtifact(tx, { ...row, jobId: null }, stored, directory);
  return "listed";
}

const copyRow = (location: StorageLocation, manifest: Manifest, directory: string) => ({
  executionId: manifest.execution_id,
  storageLocationId: location.id,
  status: "stored" as const,
  backupPath: directory,
  manifestPath: `${directory}/${MANIFEST_NAME}`,
  sizeBytes: BigInt(manifest.compressed_size_bytes),
});

/** The job where it still exists, else the datasource of the same name and type. */
async function owners(tx: Tx, manifest: Manifest): Promise<{ jobId?: string; datasourceId?: string }> {
  const job = manifest.job_id
    ? await tx.backupJob.findUnique({
        where: { id: manifest.job_id },
        select: { id: true, datasourceId: true },
      })
    : null;
  if (job) return { jobId: job.id, datasourceId: job.datasourceId };
  const name = manifest.metadata.datasource_name;
  if (typeof name !== "string") return {};
  const datasource = await tx.datasource.findUnique({ where: { name }, select: { id: true, type: true } });
  return datasource?.type === manifest.datasource_type ? { datasourceId: datasource.id } : {};
}
