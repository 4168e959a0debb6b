/** The 28 permissions (contract, section 8). */
export const PERMISSIONS = [
  "dashboard.read",
  "datasources.read",
  "datasources.write",
  "datasources.query",
  "storage.read",
  "storage.write",
  "storage.download",
  "backup_jobs.read",
  "backup_jobs.write",
  "backup_jobs.run",
  "db_sync_jobs.read",
  "db_sync_jobs.write",
  "db_sync_jobs.run",
  "restore_drill_jobs.read",
  "restore_drill_jobs.write",
  "restore_drill_jobs.run",
  "backups.read",
  "backups.restore",
  "backups.restore_verify",
  "executions.read",
  "executions.control",
  "health.read",
  "notifications.read",
  "notifications.manage",
  "system.read",
  "system.write",
  "audit.read",
  "access.manage",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLE_KEYS = ["admin", "operator", "readonly"] as const;
export type RoleKey = (typeof ROLE_KEYS)[number];

const NOT_FOR_OPERATORS: readonly string[] = ["backups.restore_verify", "access.manage"];

/** What each built-in role may do (contract, section 8). */
export const ROLE_PERMISSIONS: Record<RoleKey, readonly Permission[]> = {
  admin: PERMISSIONS,
  operator: PERMISSIONS.filter((p) => !p.endsWith(".write") && !NOT_FOR_OPERATORS.includes(p)),
  readonly: PERMISSIONS.filter((p) => p.endsWith(".read")),
};

/** Actions that need an admin's password or an approval from everybody who is not an admin. */
export const CRITICAL_ACTIONS = [
  "datasource.delete",
  "storage.delete",
  "storage.path.delete",
  "backup_job.delete",
  "backup_job.run",
  "db_sync_job.delete",
  "db_sync_job.run",
  "restore_drill_job.run",
  "execution.delete",
  "backup.restore",
  "backup.import_restore",
  "audit_logs.cleanup",
] as const;
export type CriticalAction = (typeof CRITICAL_ACTIONS)[number];

/** Narrows one permission to named resources; `denied` wins, an empty `resourceIds` means all. */
export interface Scope {
  readonly permission: string;
  readonly resourceType: string;
  readonly resourceIds: readonly string[];
  readonly deniedResourceIds: readonly string[];
}

/** Ids that a scope set leaves visible: `null` means unrestricted. */
export interface ScopeFilter {
  readonly only: readonly string[] | null;
  readonly except: readonly string[];
}

/**
 * Folds all scopes of one permission and resource type into one filter. Grants of several scopes add up;
 * a denial in any of them wins.
 */
export function foldScopes(scopes: readonly Scope[], permission: string, resourceType: string): ScopeFilter {
  const mine = scopes.filter((s) => s.permission === permission && s.resourceType === resourceType);
  const except = [...new Set(mine.flatMap((s) => s.deniedResourceIds))];
  const granting = mine.filter((s) => s.resourceIds.length > 0);
  const only = granting.length === 0 ? null : [...new Set(granting.flatMap((s) => s.resourceIds))];
  return { only, except };
}

export function scopeAllows(filter: ScopeFilter, id: string): boolean {
  return !filter.except.includes(id) && (filter.only === null || filter.only.includes(id));
}
