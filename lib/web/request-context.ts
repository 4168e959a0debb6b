import "server-only";
import { database } from "#lib/db/client";
import { actorOfApiKey, actorOfSession } from "#lib/features/auth/session";
import type { Actor, Context } from "#lib/features/context";
import { openSessionCookie } from "#lib/web/cookie";

/** The context of one request: who asks by cookie or by API key, from where, and with which approval. */
export async function contextOf(headers: Headers, sessionCookie: string | undefined): Promise<Context> {
  const { prisma } = database();
  return {
    db: prisma,
    actor: await actorOf(headers, sessionCookie),
    requestId: crypto.randomUUID(),
    ip: addressOf(headers),
    userAgent: headers.get("user-agent"),
    approval: {
      ...pick("adminPassword", headers.get("x-admin-password")),
      ...pick("approvalId", headers.get("x-critical-approval-id")),
    },
  };
}

export function protocolOf(headers: Headers): string {
  return headers.get("x-forwarded-proto")?.split(",")[0]?.trim() ?? "http";
}

async function actorOf(headers: Headers, sessionCookie: string | undefined): Promise<Actor> {
  const { prisma } = database();
  const bearer = headers.get("authorization")?.match(/^Bearer\s+(\S+)$/i)?.[1];
  if (bearer) return (await actorOfApiKey(prisma, bearer)) ?? { kind: "anonymous" };
  const token = await openSessionCookie(sessionCookie);
  return (token && (await actorOfSession(prisma, token))) || { kind: "anonymous" };
}

/** The address that the nearest proxy saw: earlier entries can be written by anybody. */
function addressOf(headers: Headers): string | null {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim().slice(0, 64) ?? null;
}

function pick<K extends string>(key: K, value: string | null): { [P in K]?: string } {
  return value === null ? {} : ({ [key]: value } as { [P in K]: string });
}
