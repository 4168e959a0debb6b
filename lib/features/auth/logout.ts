import { z } from "zod";
import { command, requireUser } from "#lib/features/use-case";

export const logout = command({
  name: "auth.logout",
  summary: "Ends the session.",
  permission: "signed-in",
  input: z.strictObject({}),
  output: z.object({ loggedOut: z.boolean() }),
  run: async (tx, _input, ctx) => {
    const { sessionId } = requireUser(ctx);
    if (sessionId === null) return { loggedOut: false };
    await tx.authSession.update({ where: { id: sessionId }, data: { revokedAt: new Date() } });
    return { loggedOut: true };
  },
  audit: (_result, _input, ctx) => ({ resourceType: "user", resourceId: requireUser(ctx).userId }),
});
