import { AppError } from "#lib/core/errors";

/** Begins the name of every database that a verification makes (contract, section 7). */
export const VERIFICATION_PREFIX = "dg_verify_";

const REASON = "unfinished";

/** For a statement that makes a database and broke off: the server may have made it all the same. */
export function unfinished(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : "unknown reason";
  const message = `The connection broke while the database was being made: ${why}.`;
  return new AppError("VERIFICATION_FAILED", message, { cause, details: { reason: REASON } });
}

export function isUnfinished(error: unknown): boolean {
  return error instanceof AppError && (error.details as { reason?: unknown } | undefined)?.reason === REASON;
}
