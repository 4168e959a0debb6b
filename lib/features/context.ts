import type { Permission, Scope } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";

export interface UserActor {
  readonly kind: "user";
  readonly userId: string;
  readonly username: string;
  readonly fullName: string;
  readonly isOwner: boolean;
  readonly isAdmin: boolean;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<Permission>;
  readonly scopes: readonly Scope[];
  /** The session that the cookie names; null for an API key. */
  readonly sessionId: string | null;
  readonly sessionExpiresAt: Date | null;
}

/** Who asks: nobody yet, a person (or a key of theirs), or the product itself. */
export type Actor = { readonly kind: "anonymous" } | UserActor | { readonly kind: "system" };

/** Everything a use case may know about its caller. */
export interface Context {
  readonly db: Db;
  readonly actor: Actor;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** What came along to pass the gate of a critical action. */
  readonly approval: { readonly adminPassword?: string; readonly approvalId?: string };
  /** Aborts when the caller goes away; absent where nobody can tell. */
  readonly signal?: AbortSignal;
}

/** The context of work that nobody asked for by request: the scheduler, the sweeper, a worker. */
export function systemContext(db: Db): Context {
  return {
    db,
    actor: { kind: "system" },
    requestId: crypto.randomUUID(),
    ip: null,
    userAgent: null,
    approval: {},
  };
}
