import { AppError } from "#lib/core/errors";
import { writeAudit } from "#lib/features/audit/write-audit";
import type { Context } from "#lib/features/context";

const WINDOW_MINUTES = 15;
const FAILURES_PER_NAME = 10;
const FAILURES_PER_ADDRESS = 50;
const FAILED = ["auth.login_failed", "critical_approval.admin_password_failed"];

/** 429 once a name or an address has failed too often lately. The audit log is the memory. */
export async function assertNotThrottled(ctx: Context, username: string): Promise<void> {
  const since = new Date(Date.now() - WINDOW_MINUTES * 60_000);
  const recent = { action: { in: FAILED }, createdAt: { gte: since } };
  const [byName, byAddress] = await Promise.all([
    ctx.db.auditLog.count({ where: { ...recent, actorUsername: username } }),
    ctx.ip === null ? 0 : ctx.db.auditLog.count({ where: { ...recent, ip: ctx.ip } }),
  ]);
  if (byName < FAILURES_PER_NAME && byAddress < FAILURES_PER_ADDRESS) return;
  throw new AppError("RATE_LIMITED", `Too many failed attempts. Try again in ${WINDOW_MINUTES} minutes.`, {
    details: { retry_after_seconds: WINDOW_MINUTES * 60 },
  });
}

/** Remembers a failed attempt, in a transaction of its own because the attempt itself leaves nothing. */
export async function recordFailure(ctx: Context, username: string, action: string): Promise<void> {
  await ctx.db.$transaction((tx) =>
    writeAudit(tx, ctx, { action, actor: { userId: null, username: username.slice(0, 64) } }),
  );
}
