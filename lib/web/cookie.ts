import "server-only";
import { decode, encode } from "next-auth/jwt";
import { env } from "#lib/env";
import { SESSION_SECONDS } from "#lib/features/auth/session";

export const SESSION_COOKIE = "dg_session";
const SALT = "dataguardian.session";

/** The cookie's value: an encrypted JWT that carries nothing but the opaque session token. */
export function sealSession(token: string): Promise<string> {
  return encode({ token: { sid: token }, secret: env().SECRET_KEY, salt: SALT, maxAge: SESSION_SECONDS });
}

/** The session token inside a cookie; null for a forged, damaged or outdated one. */
export async function openSessionCookie(value: string | undefined): Promise<string | null> {
  if (!value) return null;
  try {
    const jwt = await decode({ token: value, secret: env().SECRET_KEY, salt: SALT });
    return typeof jwt?.sid === "string" ? jwt.sid : null;
  } catch {
    // A cookie that does not decrypt is no session: the same answer as for none.
    return null;
  }
}

/** Attributes of the session cookie (contract, section 1). */
export function cookieOptions(request: { protocol: string }, maxAge = SESSION_SECONDS) {
  return {
    httpOnly: true,
    sameSite: "lax",
    secure: env().AUTH_COOKIE_SECURE ?? request.protocol === "https",
    path: "/",
    maxAge,
  } as const;
}
