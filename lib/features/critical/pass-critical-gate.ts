import { AppError } from "#lib/core/errors";
import type { CriticalAction } from "#lib/core/permissions";
import { passwordMatches } from "#lib/features/auth/password";
import { assertNotThrottled, recordFailure } from "#lib/features/auth/throttle";
import type { Context } from "#lib/features/context";

/**
 * Lets admins and the product itself pass. Everybody else brings the password of an enabled admin or the id
 * of an approved, unused request for exactly this action and resource (contract, section 8).
 */
export async function passCriticalGate(
  ctx: Context,
  action: CriticalAction,
  resource: { type: string; id: string },
): Promise<void> {
  if (ctx.actor.kind === "system" || (ctx.actor.kind === "user" && ctx.actor.isAdmin)) return;
  const { adminPassword, approvalId } = ctx.approval;
  if (adminPassword !== undefined) return checkAdminPassword(ctx, adminPassword);
  if (approvalId !== undefined) return spendApproval(ctx, approvalId, action, resource);
  throw new AppError(
    "CRITICAL_OPERATION_APPROVAL_REQUIRED",
    "This action needs an administrator's password or an approved request.",
    { details: { action, resource_type: resource.type, resource_id: resource.id } },
  );
}

async function checkAdminPassword(ctx: Context, password: string): Promise<void> {
  const username = ctx.actor.kind === "user" ? ctx.actor.username : "";
  await assertNotThrottled(ctx, username);
  const admins = await ctx.db.user.findMany({
    where: { enabled: true, OR: [{ isOwner: true }, { roles: { some: { role: { key: "admin" } } } }] },
    select: { passwordHash: true },
    take: 20,
  });
  for (const admin of admins) {
    if (await passwordMatches(admin.passwordHash, password)) return;
  }
  await recordFailure(ctx, username, "critical_approval.admin_password_failed");
  throw new AppError("ADMIN_PASSWORD_INVALID", "That is not an administrator's password.");
}

async function spendApproval(
  ctx: Context,
  id: string,
  action: string,
  resource: { type: string; id: string },
): Promise<void> {
  const actor = ctx.actor;
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const request = isUuid ? await ctx.db.criticalApprovalRequest.findUnique({ where: { id } }) : null;
  if (!request) throw new AppError("APPROVAL_REQUEST_NOT_FOUND", "There is no such approval request.");
  if (actor.kind !== "user" || request.requesterUserId !== actor.userId) {
    throw new AppError("APPROVAL_REQUEST_FORBIDDEN", "This approval was given to somebody else.");
  }
  if (request.action !== action) {
    throw new AppError("APPROVAL_REQUEST_ACTION_MISMATCH", "This approval is for another action.");
  }
  if (request.resourceId !== null && request.resourceId !== resource.id) {
    throw new AppError("APPROVAL_REQUEST_RESOURCE_MISMATCH", "This approval is for another resource.");
  }
  if (request.usedAt) throw new AppError("APPROVAL_REQUEST_ALREADY_USED", "This approval was used already.");
  if (request.status !== "approved") {
    throw new AppError("APPROVAL_REQUEST_NOT_APPROVED", "This request is not approved.");
  }
  const used = await ctx.db.criticalApprovalRequest.updateMany({
    where: { id, usedAt: null, status: "approved", expiresAt: { gt: new Date() } },
    data: { usedAt: new Date() },
  });
  if (used.count === 0) throw new AppError("APPROVAL_REQUEST_EXPIRED", "This approval has expired.");
}
