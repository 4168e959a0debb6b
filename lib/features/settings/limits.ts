import type { Db, Tx } from "#lib/db/client";
import { env } from "#lib/env";

/** `system.max_concurrent_backups`: the stored setting, else MAX_CONCURRENT_BACKUPS. Over all workers. */
export async function maxConcurrentBackups(db: Db | Tx): Promise<number> {
  const row = await db.systemSetting.findUnique({ where: { key: "system.max_concurrent_backups" } });
  const value = Number(row?.value);
  return Number.isInteger(value) && value >= 1 && value <= 100 ? value : env().MAX_CONCURRENT_BACKUPS;
}
