import type { Db, Tx } from "#lib/db/client";
import { env } from "#lib/env";

/** `system.max_concurrent_backups`: the stored setting, else MAX_CONCURRENT_BACKUPS. Over all workers. */
export async function maxConcurrentBackups(db: Db | Tx): Promise<number> {
  const row = await db.systemSetting.findUnique({ where: { key: "system.max_concurrent_backups" } });
  const value = Number(row?.value);
  return Number.isInteger(value) && value >= 1 && value <= 100 ? value : env().MAX_CONCURRENT_BACKUPS;
}

/** `system.health_check_interval_ms`: the stored setting, else HEALTH_CHECK_INTERVAL_MS. */
export async function healthCheckIntervalMs(db: Db | Tx): Promise<number> {
  const row = await db.systemSetting.findUnique({ where: { key: "system.health_check_interval_ms" } });
  const value = Number(row?.value);
  const valid = Number.isInteger(value) && value >= 1000 && value <= 86_400_000;
  return valid ? value : env().HEALTH_CHECK_INTERVAL_MS;
}
