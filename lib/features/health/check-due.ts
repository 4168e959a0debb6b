import { AppError } from "#lib/core/errors";
import { RECHECK_MS } from "#lib/core/health-alert";
import type { Database } from "#lib/db/client";
import { checkDatasource } from "#lib/features/datasources/check-datasource";
import { healthCheckIntervalMs } from "#lib/features/settings/limits";
import { checkStorage } from "#lib/features/storage-locations/check-storage";
import { log } from "#lib/log";

/** A row that this worker has taken; its result is written only while the claim stands. */
interface Claim {
  readonly id: string;
  readonly claimedAt: Date;
}

interface Pace {
  readonly everyMs: number;
  /** After a first failure. */
  readonly againMs: number;
}

/**
 * Checks what is due, one after the other, until nothing is or `signal` aborts. Any number may run at once, in
 * any number of workers: each row is claimed first, so none is checked twice, and what hangs holds up this
 * call alone, for as long as a probe may take (invariant I8).
 */
export async function checkDue({ prisma }: Pick<Database, "prisma">, signal: AbortSignal): Promise<void> {
  const everyMs = await healthCheckIntervalMs(prisma);
  const pace = { everyMs, againMs: Math.min(everyMs, RECHECK_MS) };
  for (let found = true; found && !signal.aborted; ) {
    const datasource = await claimDatasource(prisma, pace);
    if (datasource) await patient(datasource, signal, datasourceCheck(prisma, datasource, signal));
    const storage = signal.aborted ? null : await claimStorage(prisma, pace);
    if (storage) await patient(storage, signal, storageCheck(prisma, storage, signal));
    found = datasource !== null || storage !== null;
  }
}

/** A failed check is its result, and recorded; only what could not be recorded is worth a line. */
async function patient({ id }: Claim, signal: AbortSignal, check: Promise<void>): Promise<void> {
  try {
    await check;
  } catch (error) {
    if (signal.aborted || error instanceof AppError) return;
    log.warn({ component: "health", id, err: error }, "a health check could not be carried out");
  }
}

async function datasourceCheck(prisma: Database["prisma"], claim: Claim, signal: AbortSignal) {
  const row = await prisma.datasource.findUnique({ where: { id: claim.id } });
  if (row) await checkDatasource(prisma, row, { claimedAt: claim.claimedAt, signal });
}

async function storageCheck(prisma: Database["prisma"], claim: Claim, signal: AbortSignal) {
  const row = await prisma.storageLocation.findUnique({ where: { id: claim.id } });
  if (row) await checkStorage(prisma, row, { claimedAt: claim.claimedAt, signal });
}

async function claimDatasource(prisma: Database["prisma"], pace: Pace): Promise<Claim | null> {
  const [claim] = await prisma.$queryRaw<Claim[]>`
    UPDATE datasources SET check_claimed_at = now() WHERE id = (
      SELECT id FROM datasources
      WHERE enabled AND (check_claimed_at IS NULL OR check_claimed_at <= now() - make_interval(
        secs => CASE WHEN failed_checks = 1 THEN ${pace.againMs}::float8 ELSE ${pace.everyMs}::float8 END / 1000))
      ORDER BY check_claimed_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id, check_claimed_at AS "claimedAt"`;
  return claim ?? null;
}

async function claimStorage(prisma: Database["prisma"], pace: Pace): Promise<Claim | null> {
  const [claim] = await prisma.$queryRaw<Claim[]>`
    UPDATE storage_locations SET check_claimed_at = now() WHERE id = (
      SELECT id FROM storage_locations
      WHERE check_claimed_at IS NULL OR check_claimed_at <= now() - make_interval(
        secs => CASE WHEN failed_checks = 1 THEN ${pace.againMs}::float8 ELSE ${pace.everyMs}::float8 END / 1000)
      ORDER BY check_claimed_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id, check_claimed_at AS "claimedAt"`;
  return claim ?? null;
}
