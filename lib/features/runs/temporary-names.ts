import { dirname } from "node:path";
import type { Db } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { TemporaryNames } from "#lib/engines/types";
import { heldBy, type Lease, leaseLost } from "#lib/features/executions/lease";
import type { TemporaryDatabase } from "#lib/features/executions/schema";
import { type Change, changeTemporary } from "#lib/features/executions/temporary-databases";
import { patiently } from "#lib/features/runs/patiently";
import { log } from "#lib/log";

/** The memory of a running execution, for as long as it holds its lease. */
export function temporaryNames(
  db: Db,
  lease: Lease,
  where: Pick<TemporaryDatabase, "datasource_id" | "place">,
): TemporaryNames {
  const change = (to: Change) =>
    patiently(async () => {
      if (!(await changeTemporary(db, lease.executionId, lease, to))) throw leaseLost();
    });
  return {
    record: (names, { keep } = { keep: false }) => {
      const state = keep ? ("kept" as const) : ("pending" as const);
      return change((known) => [
        ...without(known, names),
        ...names.map((name) => ({ name, ...where, state })),
      ]);
    },
    dropped: async (name) => {
      try {
        await change((known) => inState(known, name, "dropped"));
      } catch (error) {
        const { executionId } = lease;
        log.info({ component: "worker", executionId, err: error }, "a dropped database is still remembered");
      }
    },
    forget: (names) => change((known) => without(known, names)),
  };
}

const without = (known: readonly TemporaryDatabase[], names: readonly string[]) =>
  known.filter(({ name }) => !names.includes(name));

export const inState = (
  known: readonly TemporaryDatabase[],
  name: string,
  state: TemporaryDatabase["state"],
): TemporaryDatabase[] => known.map((each) => (each.name === name ? { ...each, state } : each));

/** Where a datasource makes its temporary databases: `host:port` of its server, or the folder of its path. */
export function placeOf(config: Readonly<Record<string, unknown>>): string {
  const path = config.file_path ?? config.source_path;
  return path === undefined ? `${config.host}:${config.port}` : dirname(String(path));
}

/**
 * A verification's name that no other execution ever had, written down as this one's: two that begin in the
 * same second must not share a database, nor may one be dropped in place of the other.
 */
export async function reserveVerificationName(db: Db, lease: Lease, targetName: string): Promise<string> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('dataguardian.verification'))`;
    for (let at = Date.now(); ; at += 1000) {
      const name = verificationName(targetName, new Date(at));
      const [taken] = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM backup_executions
        WHERE operation = 'restore' AND metadata->>'verification_database' = ${name} LIMIT 1`;
      if (taken) continue;
      const row = await tx.backupExecution.findFirst({ where: heldBy(lease), select: { metadata: true } });
      if (!row) throw leaseLost();
      const metadata = { ...(row.metadata as Prisma.JsonObject), verification_database: name };
      const { count } = await tx.backupExecution.updateMany({ where: heldBy(lease), data: { metadata } });
      if (count === 0) throw leaseLost();
      return name;
    }
  });
}

/**
 * `dg_verify_<name>_<YYYYMMDDHHMMSS>` (contract, section 7), within the 63 bytes of PostgreSQL and MongoDB with
 * room for a number behind it.
 */
function verificationName(name: string, at: Date): string {
  const slug = name
    .normalize("NFD")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase()
    .slice(0, 32);
  const stamp = at.toISOString().replace(/\D/g, "").slice(0, 14);
  return `dg_verify_${slug || "database"}_${stamp}`;
}
