import { PERMISSIONS, ROLE_KEYS, ROLE_PERMISSIONS, type RoleKey } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";

const ROLE_NAMES: Record<RoleKey, string> = {
  admin: "Administrator",
  operator: "Operator",
  readonly: "Read only",
};

/** Makes the 28 permissions and the three built-in roles exist, with exactly the contract's grants. Idempotent. */
export async function seedAccess(db: Db): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('dataguardian.seed_access'))`;
    await tx.permission.createMany({ data: PERMISSIONS.map((key) => ({ key })), skipDuplicates: true });
    await tx.role.createMany({
      data: ROLE_KEYS.map((key) => ({ key, name: ROLE_NAMES[key], builtIn: true })),
      skipDuplicates: true,
    });
    const roles = await tx.role.findMany({ where: { key: { in: [...ROLE_KEYS] } } });
    for (const role of roles) {
      const granted = ROLE_PERMISSIONS[role.key as RoleKey];
      await tx.rolePermission.deleteMany({
        where: { roleId: role.id, permissionKey: { notIn: [...granted] } },
      });
      await tx.rolePermission.createMany({
        data: granted.map((permissionKey) => ({ roleId: role.id, permissionKey })),
        skipDuplicates: true,
      });
    }
  });
}
