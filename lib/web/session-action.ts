import "server-only";
import { cookies, headers } from "next/headers";
import type { z } from "zod";
import type { ActionResult } from "#lib/core/action-result";
import { logout } from "#lib/features/auth/logout";
import type { newSession } from "#lib/features/auth/schema";
import type { Command } from "#lib/features/use-case";
import { action } from "#lib/web/action";
import { cookieOptions, SESSION_COOKIE, sealSession } from "#lib/web/cookie";
import { protocolOf } from "#lib/web/request-context";

/** A server action that signs in: the session goes into the cookie, and nothing of it back to the page. */
export function signInAction<I extends z.ZodType>(
  useCase: Command<I, typeof newSession>,
): (input: z.input<I>) => Promise<ActionResult<{ signedIn: true }>> {
  const run = action(useCase);
  return async (input) => {
    const result = await run(input);
    if (!result.ok) return result;
    const options = cookieOptions({ protocol: protocolOf(await headers()) });
    (await cookies()).set(SESSION_COOKIE, await sealSession(result.data.token), options);
    return { ok: true, data: { signedIn: true } };
  };
}

/** Ends the session, also one that the server no longer knows: the cookie goes in any case. */
export async function signOutHere(): Promise<void> {
  await action(logout)({});
  (await cookies()).set(SESSION_COOKIE, "", cookieOptions({ protocol: protocolOf(await headers()) }, 0));
}
