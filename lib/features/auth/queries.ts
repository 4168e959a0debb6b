import { z } from "zod";
import { currentUser } from "#lib/features/auth/schema";
import { describeUser } from "#lib/features/auth/session";
import { query, requireUser } from "#lib/features/use-case";

export const getAuthStatus = query({
  name: "auth.status",
  summary: "Whether set-up has been done, and who is signed in.",
  permission: "public",
  input: z.strictObject({}),
  output: z.object({ hasUser: z.boolean(), authenticated: z.boolean(), user: currentUser.nullable() }),
  run: async (db, _input, ctx) => {
    const user = ctx.actor.kind === "user" ? describeUser(ctx.actor) : null;
    return { hasUser: user !== null || (await db.user.count()) > 0, authenticated: user !== null, user };
  },
});

export const getMe = query({
  name: "auth.me",
  summary: "The signed-in user.",
  permission: "signed-in",
  input: z.strictObject({}),
  output: currentUser,
  run: async (_db, _input, ctx) => describeUser(requireUser(ctx)),
});
