import { foldScopes, type Permission, scopeAllows } from "#lib/core/permissions";
import type { Context } from "#lib/features/context";

interface IdFilter {
  in?: string[];
  notIn?: string[];
}

/**
 * The caller's resource scope as a filter on ids, for the `where` of a read or a conditional write; empty for
 * callers without a scope. What is out of scope looks like it does not exist.
 */
export function scopeIds(ctx: Context, permission: Permission, resourceType: string): IdFilter {
  if (ctx.actor.kind !== "user") return {};
  const { only, except } = foldScopes(ctx.actor.scopes, permission, resourceType);
  return {
    ...(only === null ? {} : { in: [...only] }),
    ...(except.length === 0 ? {} : { notIn: [...except] }),
  };
}

/** True where the caller's scope leaves this one resource visible. */
export function inScope(ctx: Context, permission: Permission, resourceType: string, id: string): boolean {
  if (ctx.actor.kind !== "user") return true;
  return scopeAllows(foldScopes(ctx.actor.scopes, permission, resourceType), id);
}
