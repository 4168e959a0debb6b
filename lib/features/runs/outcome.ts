import { AppError, type ErrorCode } from "#lib/core/errors";
import type { Prisma } from "#lib/db/generated/client";
import type { Ending } from "#lib/features/executions/finish-execution";
import { StorageError } from "#lib/storage/types";

/** Raised in place of an abort when the worker itself has to go; the execution is then queued anew. */
export class ShutdownError extends AppError {
  constructor() {
    super("CANCELLED", "The worker was shut down.");
    this.name = "ShutdownError";
  }
}

/** How a run ends that threw: cancelled where a person asked for it, failed otherwise. */
export function endingOf(error: unknown, clean: (text: string) => string): Ending {
  const { code, message } = wordsOf(error);
  const known = new AppError(code, clean(message), { cause: error });
  const status = known.code === "CANCELLED" ? "cancelled" : "failed";
  const stack = stackOf(error, clean);
  // What a verification found stands where a good one's report stands.
  const verification =
    code === "VERIFICATION_FAILED" && error instanceof AppError ? error.details : undefined;
  return {
    status,
    error: known,
    ...(status === "failed" && stack ? { stack } : {}),
    ...(verification ? { metadata: { verification: verification as Prisma.JsonObject } } : {}),
  };
}

function wordsOf(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof AppError) return error;
  if (error instanceof StorageError) return { code: "STORAGE_UNREACHABLE", message: error.message };
  return {
    code: "INTERNAL_ERROR",
    message: "Something went wrong inside DataGuardian. The stack is in the details.",
  };
}

function stackOf(error: unknown, clean: (text: string) => string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = error.cause instanceof Error ? `\nCaused by ${error.cause.stack ?? error.cause.message}` : "";
  return (error.stack ?? "").concat(cause).split("\n").slice(0, 40).map(clean).join("\n");
}

export function isLeaseLost(error: unknown): boolean {
  return error instanceof AppError && error.code === "LEASE_LOST";
}
