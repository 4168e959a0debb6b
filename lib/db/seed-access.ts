import type pg from "pg";
import { PERMISSIONS, ROLE_KEYS, ROLE_PERMISSIONS, type RoleKey } from "#lib/core/permissions";

const ROLE_NAMES: Record<RoleKey, string> = {
  admin: "Administrator",
  operator: "Operator",
  readonly: "Read only",
};

/**
 * Makes the permissions and the built-in roles exist with exactly the grants of `lib/core/permissions.ts`,
 * in one transaction. Roles that people made are left alone. Run after every migration.
 */
export async function seedAccess(client: pg.Client): Promise<void> {
  const grants = ROLE_KEYS.flatMap((role) => ROLE_PERMISSIONS[role].map((permission) => [role, permission]));
  await client.query("BEGIN");
  try {
    await client.query("INSERT INTO permissions (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [
      PERMISSIONS,
    ]);
    await client.query(
      `INSERT INTO roles (key, name, built_in) SELECT key, name, true FROM unnest($1::text[], $2::text[]) AS r(key, name)
       ON CONFLICT (key) DO NOTHING`,
      [ROLE_KEYS, ROLE_KEYS.map((key) => ROLE_NAMES[key])],
    );
    const pairs = [grants.map(([role]) => role), grants.map(([, permission]) => permission)];
    await client.query(
      `DELETE FROM role_permissions rp USING roles r
       WHERE r.id = rp.role_id AND r.built_in AND (r.key, rp.permission_key) NOT IN
         (SELECT role, permission FROM unnest($1::text[], $2::text[]) AS g(role, permission))`,
      pairs,
    );
    await client.query(
      `INSERT INTO role_permissions (role_id, permission_key)
       SELECT r.id, g.permission FROM unnest($1::text[], $2::text[]) AS g(role, permission)
       JOIN roles r ON r.key = g.role ON CONFLICT DO NOTHING`,
      pairs,
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
