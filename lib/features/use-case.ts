import type { z } from "zod";
import { AppError, validationError } from "#lib/core/errors";
import type { CriticalAction, Permission } from "#lib/core/permissions";
import { problemsOf } from "#lib/core/zod-problems";
import { zodWords } from "#lib/core/zod-words";
import type { Db, Tx } from "#lib/db/client";
import { type AuditEntry, writeAudit } from "#lib/features/audit/write-audit";
import type { Context, UserActor } from "#lib/features/context";
import { passCriticalGate } from "#lib/features/critical/pass-critical-gate";

/** `public` needs nothing, `signed-in` any session; otherwise the permission must be held. */
export type Access = Permission | "public" | "signed-in";

interface UseCase<I extends z.ZodType, O extends z.ZodType> {
  /** `noun.verb`; names the audit action and the OpenAPI operation. */
  readonly name: string;
  /** One sentence for the API's documentation. */
  readonly summary: string;
  readonly permission: Access;
  readonly input: I;
  readonly output: O;
}

export interface QuerySpec<I extends z.ZodType, O extends z.ZodType> extends UseCase<I, O> {
  /** Reads only. Resource scope belongs into its `where`, by `scopeWhere`. */
  run(db: Db, input: z.output<I>, ctx: Context): Promise<z.output<O>>;
}

export interface CommandSpec<I extends z.ZodType, O extends z.ZodType, P> extends UseCase<I, O> {
  /** Set where the contract lists the action: non-admins then need a password or an approval. */
  readonly critical?: {
    readonly action: CriticalAction;
    resource(input: z.output<I>): { type: string; id: string };
  };
  /** A further permission where it depends on the input; checked before the gate, so that 403 comes before 428. */
  access?(input: z.output<I>): Access;
  /** What must happen before the transaction: network checks, password hashing. */
  prepare?(input: z.output<I>, ctx: Context): Promise<P>;
  /** The change itself. No network I/O in here: queue a task instead. */
  run(tx: Tx, input: z.output<I>, ctx: Context, prepared: P): Promise<z.output<O>>;
  /** The audit row, written in the same transaction. `null` only where there is nothing to say. */
  audit(result: z.output<O>, input: z.output<I>, ctx: Context): Omit<AuditEntry, "action"> | null;
}

export interface Query<I extends z.ZodType, O extends z.ZodType> extends UseCase<I, O> {
  readonly kind: "query";
  execute(input: unknown, ctx: Context): Promise<z.output<O>>;
}

export interface Command<I extends z.ZodType, O extends z.ZodType> extends UseCase<I, O> {
  readonly kind: "command";
  readonly critical: boolean;
  execute(input: unknown, ctx: Context): Promise<z.output<O>>;
}

/** Declares a read. Executing it checks the permission, then the input, then runs it. */
export function query<I extends z.ZodType, O extends z.ZodType>(spec: QuerySpec<I, O>): Query<I, O> {
  return {
    ...spec,
    kind: "query",
    execute: async (input, ctx) => {
      assertAccess(ctx, spec.permission);
      return spec.run(ctx.db, parse(spec.input, input), ctx);
    },
  };
}

/**
 * Declares a change. Executing it checks the permission, the input and the gate of critical actions, then
 * runs change and audit row in one transaction: both happen or neither.
 */
export function command<I extends z.ZodType, O extends z.ZodType, P = undefined>(
  spec: CommandSpec<I, O, P>,
): Command<I, O> {
  const { name, summary, permission, input, output, critical } = spec;
  return {
    name,
    summary,
    permission,
    input,
    output,
    kind: "command",
    critical: critical !== undefined,
    execute: async (raw, ctx) => {
      assertAccess(ctx, permission);
      const parsed = parse(input, raw);
      if (spec.access) assertAccess(ctx, spec.access(parsed));
      if (critical) await passCriticalGate(ctx, critical.action, critical.resource(parsed));
      const prepared = (await spec.prepare?.(parsed, ctx)) as P;
      return ctx.db.$transaction(
        async (tx) => {
          const result = await spec.run(tx, parsed, ctx, prepared);
          const entry = spec.audit(result, parsed, ctx);
          if (entry) await writeAudit(tx, ctx, { action: name, ...entry });
          return result;
        },
        { maxWait: 10_000, timeout: 20_000 },
      );
    },
  };
}

/** The signed-in person, or 401. */
export function requireUser(ctx: Context): UserActor {
  if (ctx.actor.kind !== "user") throw new AppError("UNAUTHORIZED", "Sign in to continue.");
  return ctx.actor;
}

/** Throws 401 without a session and 403 without the permission. The product itself may do everything. */
export function assertAccess(ctx: Context, access: Access): void {
  if (access === "public" || ctx.actor.kind === "system") return;
  const actor = requireUser(ctx);
  if (access !== "signed-in" && !actor.permissions.has(access)) {
    throw new AppError("FORBIDDEN", `This needs the permission “${access}”.`, {
      details: { permission: access },
    });
  }
}

/** The input as the schema reads it, or a 422 that names each wrong field. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { error: zodWords });
  if (result.success) return result.data;
  throw validationError(problemsOf(result.error));
}
