import type { Tx } from "#lib/db/client";
import { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";

export interface AuditEntry {
  /** `noun.verb`, as the contract lists them. */
  readonly action: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  /** What changed, without secrets. */
  readonly changes?: Prisma.InputJsonValue;
  readonly metadata?: Prisma.InputJsonValue;
  /** For actions of somebody who has no session yet, such as a login. */
  readonly actor?: { readonly userId: string | null; readonly username: string };
}

/** Writes one audit row within the transaction of the change it speaks of. */
export async function writeAudit(tx: Tx, ctx: Context, entry: AuditEntry): Promise<void> {
  const actor =
    entry.actor ??
    (ctx.actor.kind === "user"
      ? { userId: ctx.actor.userId, username: ctx.actor.username }
      : { userId: null, username: ctx.actor.kind });
  await tx.auditLog.create({
    data: {
      actorUserId: actor.userId,
      actorUsername: actor.username.slice(0, 128),
      action: entry.action,
      resourceType: entry.resourceType ?? null,
      resourceId: entry.resourceId ?? null,
      ip: ctx.ip,
      userAgent: ctx.userAgent?.slice(0, 512) ?? null,
      changes: entry.changes ?? Prisma.DbNull,
      metadata: entry.metadata ?? Prisma.DbNull,
    },
  });
}
