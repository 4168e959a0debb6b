import { AppError } from "#lib/core/errors";
import { passwordMatches } from "#lib/features/auth/password";
import { loginInput, newSession } from "#lib/features/auth/schema";
import { openSession } from "#lib/features/auth/session";
import { assertNotThrottled, recordFailure } from "#lib/features/auth/throttle";
import { command } from "#lib/features/use-case";

/** Unknown user, wrong password and disabled account give one answer in one time. */
export const login = command({
  name: "auth.login",
  summary: "Signs in and sets the session cookie.",
  permission: "public",
  input: loginInput,
  output: newSession,
  prepare: async (input, ctx) => {
    await assertNotThrottled(ctx, input.username);
    const user = await ctx.db.user.findUnique({ where: { username: input.username } });
    const matches = await passwordMatches(user?.passwordHash ?? null, input.password);
    if (user && matches && user.enabled) return user.id;
    await recordFailure(ctx, input.username, "auth.login_failed");
    throw new AppError("INVALID_CREDENTIALS", "User name or password is not right.");
  },
  run: (tx, _input, ctx, userId) => openSession(tx, ctx, userId),
  audit: ({ user }) => ({
    resourceType: "user",
    resourceId: user.id,
    actor: { userId: user.id, username: user.username },
  }),
});
