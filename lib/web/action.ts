import "server-only";
import { cookies, headers } from "next/headers";
import type { z } from "zod";
import type { ActionResult } from "#lib/core/action-result";
import type { Command, Query } from "#lib/features/use-case";
import { SESSION_COOKIE } from "#lib/web/cookie";
import { toProblem } from "#lib/web/problem";
import { contextOf } from "#lib/web/request-context";

/** What a person typed to pass the gate of a critical action, sent beside the input. */
export interface ActionApproval {
  readonly adminPassword?: string;
}

/** The door for the browser: a server action that runs one use case and never throws at its form. */
export function action<I extends z.ZodType, O extends z.ZodType>(
  useCase: Command<I, O> | Query<I, O>,
): (input: z.input<I>, approval?: ActionApproval) => Promise<ActionResult<z.output<O>>> {
  return async (input, approval = {}) => {
    let requestId = "";
    try {
      const ctx = await contextOf(await headers(), (await cookies()).get(SESSION_COOKIE)?.value);
      requestId = ctx.requestId;
      const typed =
        typeof approval.adminPassword === "string" ? { adminPassword: approval.adminPassword } : {};
      const data = await useCase.execute(input, { ...ctx, approval: { ...ctx.approval, ...typed } });
      return { ok: true, data };
    } catch (error) {
      return { ok: false, error: toProblem(error, requestId).error };
    }
  };
}
