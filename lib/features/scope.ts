import { foldScopes, type Permission } from "#lib/core/permissions";
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

/** `id` within the caller's scope of each of these permissions, for the AND of a `where`. */
export function idInScope(
  ctx: Context,
  id: string,
  resourceType: string,
  permissions: readonly Permission[],
): { id: string | IdFilter }[] {
  return [{ id }, ...permissions.map((permission) => ({ id: scopeIds(ctx, permission, resourceType) }))];
}
