import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { adminActor, contextFor, createWorld, type World } from "#e2e/servers/world";
import { hashPassword, passwordMatches } from "#lib/features/auth/password";
import type { Context } from "#lib/features/context";
import { command, query } from "#lib/features/use-case";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const rename = command({
  name: "storage.rename",
  summary: "For this test.",
  permission: "storage.write",
  input: z.strictObject({ name: z.string().min(2) }),
  output: z.object({ name: z.string() }),
  run: async (tx, { name }) => {
    await tx.systemSetting.upsert({
      where: { key: "test" },
      create: { key: "test", value: name },
      update: { value: name },
    });
    if (name === "boom") throw new Error("after the write");
    return { name };
  },
  audit: ({ name }) => ({ resourceType: "setting", resourceId: "test", changes: { name } }),
});
const remove = command({
  name: "storage.delete",
  summary: "For this test.",
  permission: "storage.read",
  input: z.strictObject({ id: z.string() }),
  output: z.object({}),
  critical: { action: "storage.delete", resource: ({ id }) => ({ type: "storage_location", id }) },
  run: async () => ({}),
  audit: () => ({}),
});

const as = (change: Partial<ReturnType<typeof adminActor>>, approval: Context["approval"] = {}): Context => ({
  ...contextFor(world.database, {
    ...adminActor({ id: crypto.randomUUID(), username: "somebody" }),
    ...change,
  }),
  approval,
});
const stored = async () =>
  (await world.database.prisma.systemSetting.findUnique({ where: { key: "test" } }))?.value;

test("change and audit row come together or not at all", async () => {
  await rename.execute({ name: "first" }, world.admin);
  await expect(rename.execute({ name: "boom" }, world.admin)).rejects.toThrow("after the write");
  expect(await stored()).toBe("first");
  const rows = await world.database.prisma.auditLog.findMany({ where: { action: "storage.rename" } });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ resourceId: "test", changes: { name: "first" }, ip: "127.0.0.1" });
});

test("permission first, then input: nobody learns from an error what he may not do", async () => {
  const reader = as({ permissions: new Set(["storage.read"] as const), isAdmin: false });
  await expect(rename.execute({ name: "" }, reader)).rejects.toMatchObject({
    code: "FORBIDDEN",
    status: 403,
  });
  const nobody = contextFor(world.database, { kind: "anonymous" });
  await expect(rename.execute({}, nobody)).rejects.toMatchObject({ code: "UNAUTHORIZED", status: 401 });
  await expect(rename.execute({ name: "x", extra: 1 }, world.admin)).rejects.toMatchObject({
    code: "VALIDATION_ERROR",
    details: expect.arrayContaining([expect.objectContaining({ field: "name" })]),
  });
});

test("a query has the same gate", async () => {
  const spec = { name: "x.y", summary: "For this test.", input: z.strictObject({}), output: z.object({}) };
  const read = query({ ...spec, permission: "audit.read", run: async () => ({}) });
  await expect(read.execute({}, as({ permissions: new Set() }))).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(read.execute({}, world.admin)).resolves.toEqual({});
});

test("a critical action wants an admin's password or a fitting approval, once", async () => {
  const { prisma } = world.database;
  const requester = await prisma.user.create({
    data: { username: "operator", fullName: "O", passwordHash: "!" },
  });
  await prisma.user.create({
    data: {
      username: "boss",
      fullName: "B",
      passwordHash: await hashPassword("correct horse"),
      isOwner: true,
    },
  });
  const actor = { userId: requester.id, isAdmin: false };
  const input = { id: "s1" };
  await expect(remove.execute(input, as(actor))).rejects.toMatchObject({
    code: "CRITICAL_OPERATION_APPROVAL_REQUIRED",
    status: 428,
  });
  await expect(remove.execute(input, as(actor, { adminPassword: "wrong" }))).rejects.toMatchObject({
    code: "ADMIN_PASSWORD_INVALID",
  });
  await expect(remove.execute(input, as(actor, { adminPassword: "correct horse" }))).resolves.toEqual({});
  await expect(remove.execute(input, world.admin)).resolves.toEqual({});

  const request = (data: object) =>
    prisma.criticalApprovalRequest.create({
      data: {
        action: "storage.delete",
        resourceId: "s1",
        status: "approved",
        requesterUserId: requester.id,
        expiresAt: new Date(Date.now() + 60_000),
        ...data,
      },
    });
  const tryWith = (approvalId: string, change = actor) => remove.execute(input, as(change, { approvalId }));
  const good = await request({});
  await expect(tryWith(good.id)).resolves.toEqual({});
  await expect(tryWith(good.id)).rejects.toMatchObject({ code: "APPROVAL_REQUEST_ALREADY_USED" });
  const code = async (data: object, change = actor) =>
    tryWith((await request(data)).id, change).catch((error: { code: string }) => error.code);
  expect(await code({ action: "datasource.delete" })).toBe("APPROVAL_REQUEST_ACTION_MISMATCH");
  expect(await code({ resourceId: "s2" })).toBe("APPROVAL_REQUEST_RESOURCE_MISMATCH");
  expect(await code({ status: "pending" })).toBe("APPROVAL_REQUEST_NOT_APPROVED");
  expect(await code({ expiresAt: new Date(0) })).toBe("APPROVAL_REQUEST_EXPIRED");
  expect(await code({}, { ...actor, userId: crypto.randomUUID() })).toBe("APPROVAL_REQUEST_FORBIDDEN");
  await expect(tryWith("not an id")).rejects.toMatchObject({ code: "APPROVAL_REQUEST_NOT_FOUND" });
});

test("an unknown user costs as much hashing as a known one, and is never let in", async () => {
  expect(await passwordMatches(await hashPassword("pw"), "pw")).toBe(true);
  expect(await passwordMatches(null, "pw")).toBe(false);
});
