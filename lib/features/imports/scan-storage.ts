import { AppError } from "#lib/core/errors";
import { type ScanReport, scanReport } from "#lib/features/imports/schema";
import { findStorage } from "#lib/features/storage-locations/queries";
import { storageId } from "#lib/features/storage-locations/schema";
import { command, query } from "#lib/features/use-case";
import { enqueue } from "#lib/tasks/enqueue";

const EMPTY = { found: 0, listed: 0, known: 0, damaged: [], error: null };

/** A scan that has reported nothing for so long belongs to a worker that died (ms). */
const STALE_MS = 15 * 60_000;

export const scanStorage = command({
  name: "storage.scan",
  summary:
    "Looks through a storage for backups that are not listed, by their manifests, and lists them again.",
  permission: "storage.write",
  input: storageId,
  output: scanReport,
  run: async (tx, input, ctx) => {
    const row = await findStorage(tx, ctx, input.id, "storage.write");
    await tx.$queryRaw`SELECT 1 FROM storage_locations WHERE id = ${row.id}::uuid FOR UPDATE`;
    const last = readScan(row.scan);
    const since = last?.startedAt ?? null;
    const alive = since !== null && Date.now() - since.getTime() < STALE_MS;
    if (last && alive && (last.state === "queued" || last.state === "running")) {
      throw new AppError("CONFLICT", `“${row.name}” is being scanned already.`);
    }
    const scan: ScanReport = { state: "queued", startedAt: new Date(), finishedAt: null, ...EMPTY };
    await tx.storageLocation.update({
      where: { id: row.id },
      data: { scan: JSON.parse(JSON.stringify(scan)) },
    });
    await enqueue(tx, "scan-storage", { storageLocationId: row.id });
    return scan;
  },
  audit: (_scan, input) => ({ resourceType: "storage_location", resourceId: input.id }),
});

export const getStorageScan = query({
  name: "storage.scan_report",
  summary: "How the last scan of a storage went; null where there was none.",
  permission: "storage.read",
  input: storageId,
  output: scanReport.nullable(),
  run: async (db, input, ctx) => readScan((await findStorage(db, ctx, input.id)).scan),
});

/** The stored report; null where there is none. */
function readScan(stored: unknown): ScanReport | null {
  return stored === null ? null : scanReport.parse(stored);
}
