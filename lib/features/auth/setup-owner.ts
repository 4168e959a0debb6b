import { AppError } from "#lib/core/errors";
import { hashPassword } from "#lib/features/auth/password";
import { newSession, setupInput } from "#lib/features/auth/schema";
import { openSession } from "#lib/features/auth/session";
import { command } from "#lib/features/use-case";

/** First run: the first person becomes owner and admin. Afterwards, and for the loser of a race, 409. */
export const setupOwner = command({
  name: "auth.setup",
  summary: "Creates the first user, who becomes owner and administrator.",
  permission: "public",
  input: setupInput,
  output: newSession,
  prepare: async (input, ctx) => {
    if ((await ctx.db.user.count()) > 0) throw alreadyConfigured();
    return hashPassword(input.password);
  },
  run: async (tx, input, ctx, passwordHash) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('dataguardian.setup'))`;
    if ((await tx.user.count()) > 0) throw alreadyConfigured();
    const admin = await tx.role.findUniqueOrThrow({ where: { key: "admin" } });
    const user = await tx.user.create({
      data: {
        username: input.username,
        fullName: input.fullName ?? input.username,
        passwordHash,
        isOwner: true,
        roles: { create: { roleId: admin.id } },
      },
    });
    return openSession(tx, ctx, user.id);
  },
  audit: ({ user }) => ({
    resourceType: "user",
    resourceId: user.id,
    actor: { userId: user.id, username: user.username },
  }),
});

function alreadyConfigured(): AppError {
  return new AppError("USER_ALREADY_CONFIGURED", "DataGuardian is set up already. Sign in instead.");
}
