import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import { AppError } from "#lib/core/errors";
import type { Context, UserActor } from "#lib/features/context";
import type { Query } from "#lib/features/use-case";
import { SESSION_COOKIE } from "#lib/web/cookie";
import { contextOf } from "#lib/web/request-context";

/** The context of the request that renders a page; one per request, however often it is asked for. */
export const pageContext = cache(
  async (): Promise<Context> => contextOf(await headers(), (await cookies()).get(SESSION_COOKIE)?.value),
);

/** The signed-in person; without one the browser is sent to sign in. */
export async function pageUser(): Promise<UserActor> {
  const { actor } = await pageContext();
  if (actor.kind !== "user") redirect("/login");
  return actor;
}

/** Runs a query for a page. Without a session it leads to the login, for what does not exist to the 404 page. */
export async function load<I extends z.ZodType, O extends z.ZodType>(
  query: Query<I, O>,
  input: z.input<I>,
): Promise<z.input<O>> {
  const ctx = await pageContext();
  try {
    return await query.execute(input, ctx);
  } catch (error) {
    if (error instanceof AppError && error.code === "UNAUTHORIZED") redirect("/login");
    if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
