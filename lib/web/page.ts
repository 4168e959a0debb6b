import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import type { ActionResult } from "#lib/core/action-result";
import { AppError } from "#lib/core/errors";
import { nextPath } from "#lib/core/next-path";
import { type PageProblem, toDigest } from "#lib/core/page-problem";
import type { Permission } from "#lib/core/permissions";
import type { Context, UserActor } from "#lib/features/context";
import { assertAccess, type Query } from "#lib/features/use-case";
import { SESSION_COOKIE } from "#lib/web/cookie";
import { toProblem } from "#lib/web/problem";
import { contextOf } from "#lib/web/request-context";

/** Proxy notes here which page is asked for, so that signing in leads back to it. */
const PATH_HEADER = "x-path";

/** The context of the request that renders a page; one per request, however often it is asked for. */
export const pageContext = cache(async (): Promise<Context> => {
  const [requestHeaders, jar] = await Promise.all([headers(), cookies()]);
  try {
    return await contextOf(requestHeaders, jar.get(SESSION_COOKIE)?.value);
  } catch (error) {
    throw new PageError(error, crypto.randomUUID());
  }
});

/** The signed-in person; without one the browser is sent to sign in. Without the permission: a page that says so. */
export async function pageUser(permission?: Permission): Promise<UserActor> {
  const ctx = await pageContext();
  if (ctx.actor.kind !== "user") return toLogin();
  try {
    assertAccess(ctx, permission ?? "signed-in");
  } catch (error) {
    throw new PageError(error, ctx.requestId);
  }
  return ctx.actor;
}

/**
 * Runs a query for a page. Without a session it leads to the login; what does not exist, or cannot be meant
 * by any address, to the 404 page; everything else to the error page, with words where we have some.
 */
export async function load<I extends z.ZodType, O extends z.ZodType>(
  query: Query<I, O>,
  input: z.input<I>,
): Promise<z.output<O>> {
  const ctx = await pageContext();
  try {
    return await query.execute(input, ctx);
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    if (code === "UNAUTHORIZED") return toLogin();
    if (code === "NOT_FOUND" || code === "VALIDATION_ERROR") notFound();
    throw new PageError(error, ctx.requestId);
  }
}

/** Like `load`, for a part of a page that says itself what is wrong with it, such as a source that does not answer. */
export async function attempt<I extends z.ZodType, O extends z.ZodType>(
  query: Query<I, O>,
  input: z.input<I>,
): Promise<ActionResult<z.output<O>>> {
  const ctx = await pageContext();
  try {
    return { ok: true, data: await query.execute(input, ctx) };
  } catch (error) {
    return { ok: false, error: toProblem(error, ctx.requestId).error };
  }
}

/** Carries what may be said of an error to the error page. */
class PageError extends Error {
  readonly digest: string;

  constructor(cause: unknown, requestId: string) {
    const { error } = toProblem(cause, requestId);
    super(error.message, { cause });
    this.digest = toDigest(problemOf(error.code, error.details, requestId));
  }
}

function problemOf(code: string, details: unknown, requestId: string): PageProblem {
  if (code === "FORBIDDEN") {
    return { code, detail: String((details as { permission?: string } | undefined)?.permission ?? "") };
  }
  if (code === "SERVICE_UNAVAILABLE") return { code, detail: requestId };
  return { code: "INTERNAL_ERROR", detail: requestId };
}

async function toLogin(): Promise<never> {
  const next = nextPath((await headers()).get(PATH_HEADER));
  redirect(next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`);
}
