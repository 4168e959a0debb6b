import { createHash, randomBytes } from "node:crypto";
import type { Permission } from "#lib/core/permissions";
import type { Db, Tx } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { CurrentUser, NewSession } from "#lib/features/auth/schema";
import type { Context, UserActor } from "#lib/features/context";

/** Seven days (contract, section 1). */
export const SESSION_SECONDS = 7 * 24 * 3600;

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const withRights = {
  roles: { include: { role: { include: { permissions: true, scopes: true } } } },
  scopes: true,
} satisfies Prisma.UserInclude;
type UserWithRights = Prisma.UserGetPayload<{ include: typeof withRights }>;

/** Opens a session for a person who has just proved who they are. Always a new token, so none can be fixed. */
export async function openSession(tx: Tx, ctx: Context, userId: string): Promise<NewSession> {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + SESSION_SECONDS * 1000);
  const session = await tx.authSession.create({
    data: {
      userId,
      tokenHash: hashToken(token),
      expiresAt,
      ip: ctx.ip,
      userAgent: ctx.userAgent?.slice(0, 512) ?? null,
    },
  });
  const user = await tx.user.update({
    where: { id: userId },
    data: { lastLoginAt: new Date() },
    include: withRights,
  });
  return { token, expiresAt, user: describeUser(toActor(user, session)) };
}

/** The person behind a session token, or null: unknown, expired, revoked, or disabled. One query. */
export async function actorOfSession(db: Db, token: string): Promise<UserActor | null> {
  const session = await db.authSession.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { user: { include: withRights } },
  });
  if (!session || session.revokedAt || session.expiresAt <= new Date() || !session.user.enabled) return null;
  return toActor(session.user, session);
}

/** The person behind an API key, or null. */
export async function actorOfApiKey(db: Db, key: string): Promise<UserActor | null> {
  const found = await db.apiKey.findUnique({
    where: { keyHash: hashToken(key) },
    include: { user: { include: withRights } },
  });
  if (!found || found.revokedAt || !found.user.enabled) return null;
  if (found.expiresAt && found.expiresAt <= new Date()) return null;
  return toActor(found.user, null);
}

export function describeUser(actor: UserActor): CurrentUser {
  return {
    id: actor.userId,
    username: actor.username,
    fullName: actor.fullName,
    isOwner: actor.isOwner,
    roles: [...actor.roles],
    permissions: [...actor.permissions].sort(),
    sessionExpiresAt: actor.sessionExpiresAt,
  };
}

function toActor(user: UserWithRights, session: { id: string; expiresAt: Date } | null): UserActor {
  const roles = user.roles.map((link) => link.role);
  return {
    kind: "user",
    userId: user.id,
    username: user.username,
    fullName: user.fullName,
    isOwner: user.isOwner,
    isAdmin: user.isOwner || roles.some((role) => role.key === "admin"),
    roles: roles.map((role) => role.key),
    permissions: new Set(roles.flatMap((role) => role.permissions.map((p) => p.permissionKey as Permission))),
    scopes: [...user.scopes, ...roles.flatMap((role) => role.scopes)].map((scope) => ({
      permission: scope.permissionKey,
      resourceType: scope.resourceType,
      resourceIds: scope.resourceIds,
      deniedResourceIds: scope.deniedResourceIds,
    })),
    sessionId: session?.id ?? null,
    sessionExpiresAt: session?.expiresAt ?? null,
  };
}
