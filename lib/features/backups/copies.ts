import type { Db } from "#lib/db/client";
import type { Prisma, StorageLocation } from "#lib/db/generated/client";

export interface StoredCopy {
  readonly storageLocationId: string;
  readonly backupPath: string;
  readonly storageLocation: StorageLocation;
}

/**
 * The whole copies of a backup in the order in which they should be read: storages that answered at their
 * last check first, local disks before networks, then the one that answered faster.
 */
export async function readableCopies(
  db: Db,
  executionId: string,
  where: Prisma.BackupCopyWhereInput = {},
): Promise<StoredCopy[]> {
  const copies = await db.backupCopy.findMany({
    where: { AND: [{ executionId, status: "stored" }, where] },
    include: { storageLocation: true },
  });
  const ids = copies.map((copy) => copy.storageLocationId);
  const checks = await db.$queryRaw<{ id: string; latency: number | null }[]>`
    SELECT o.id, c.latency_ms AS latency FROM unnest(${ids}::uuid[]) AS o(id)
    JOIN LATERAL (
      SELECT latency_ms FROM storage_health_checks
      WHERE storage_location_id = o.id ORDER BY checked_at DESC LIMIT 1) c ON true`;
  const latency = new Map(checks.map((check) => [check.id, check.latency]));
  const rank = ({ storageLocation: { id, status, type } }: StoredCopy) => [
    status === "unreachable" ? 1 : 0,
    type === "local" ? 0 : 1,
    latency.get(id) ?? Number.MAX_SAFE_INTEGER,
  ];
  return copies.sort((a, b) => compare(rank(a), rank(b)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}
