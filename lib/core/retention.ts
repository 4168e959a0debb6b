import type { RetentionPolicy } from "#lib/core/backup-options";

/** A completed backup as retention sees it. */
export interface RetentionCandidate {
  readonly id: string;
  readonly finishedAt: Date;
  readonly pinned: boolean;
  readonly verifiedAt: Date | null;
  readonly corruptAt: Date | null;
}

/**
 * Ids of the backups that `max_backups` lets go, oldest first. Only completed backups may be passed in: runs
 * that failed never push a good one out. Corrupt ones do not count, and the newest whole one, the newest
 * verified one and pinned ones always stay (invariant I4).
 */
export function expiredByCount(candidates: readonly RetentionCandidate[], policy: RetentionPolicy): string[] {
  if (!policy.auto_delete || policy.max_backups === undefined || policy.max_backups < 1) return [];
  const newestFirst = [...candidates].sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime());
  const whole = newestFirst.filter((backup) => backup.corruptAt === null);
  const newestVerified = whole.find((backup) => backup.verifiedAt !== null);
  const kept = new Set(whole.slice(0, policy.max_backups).map((backup) => backup.id));
  if (newestVerified) kept.add(newestVerified.id);
  return newestFirst
    .filter((backup) => backup.corruptAt === null && !backup.pinned && !kept.has(backup.id))
    .map((backup) => backup.id)
    .reverse();
}
