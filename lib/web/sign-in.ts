import "server-only";
import type { NextRequest, NextResponse } from "next/server";
import type { NewSession } from "#lib/features/auth/schema";
import { cookieOptions, SESSION_COOKIE, sealSession } from "#lib/web/cookie";
import { protocolOf } from "#lib/web/request-context";
import { json } from "#lib/web/route";

/** Answers `{user}` and sets the session cookie; the token itself never stands in a body. */
export async function signIn(
  session: NewSession,
  request: NextRequest,
  status: number,
): Promise<NextResponse> {
  const response = json({ user: session.user }, status);
  const options = cookieOptions({ protocol: protocolOf(request.headers) });
  response.cookies.set(SESSION_COOKIE, await sealSession(session.token), options);
  return response;
}

export function signOut(_result: unknown, request: NextRequest): NextResponse {
  const response = json({ status: "logged_out" });
  response.cookies.set(SESSION_COOKIE, "", cookieOptions({ protocol: protocolOf(request.headers) }, 0));
  return response;
}
