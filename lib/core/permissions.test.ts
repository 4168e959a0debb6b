import { expect, test } from "vitest";
import { foldScopes, PERMISSIONS, ROLE_PERMISSIONS, scopeAllows } from "#lib/core/permissions";

test("28 permissions, and the three roles hold what the contract says", () => {
  expect(new Set(PERMISSIONS).size).toBe(28);
  expect(ROLE_PERMISSIONS.admin).toHaveLength(28);
  expect(ROLE_PERMISSIONS.readonly.every((p) => p.endsWith(".read"))).toBe(true);
  expect(ROLE_PERMISSIONS.operator.filter((p) => p.endsWith(".write"))).toEqual([]);
  expect(ROLE_PERMISSIONS.operator).not.toContain("access.manage");
  expect(ROLE_PERMISSIONS.operator).not.toContain("backups.restore_verify");
  expect(ROLE_PERMISSIONS.operator).toContain("backups.restore");
});

test("grants add up, a denial wins, none is unrestricted", () => {
  const scope = (resourceIds: string[], deniedResourceIds: string[] = []) => ({
    permission: "datasources.read",
    resourceType: "datasource",
    resourceIds,
    deniedResourceIds,
  });
  const of = (...scopes: ReturnType<typeof scope>[]) => foldScopes(scopes, "datasources.read", "datasource");
  expect(of()).toEqual({ only: null, except: [] });
  const filter = of(scope(["a", "b"]), scope(["c"]), scope([], ["b"]));
  expect(["a", "b", "c", "d"].filter((id) => scopeAllows(filter, id))).toEqual(["a", "c"]);
  expect(scopeAllows(of(scope([], ["x"])), "y")).toBe(true);
  expect(foldScopes([scope(["a"])], "storage.read", "datasource").only).toBeNull();
});
