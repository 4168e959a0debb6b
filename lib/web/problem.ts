import "server-only";
import type { ActionError } from "#lib/core/action-result";
import { AppError, type FieldProblem } from "#lib/core/errors";
import { wirePath } from "#lib/core/wire";
import { log } from "#lib/log";

export interface Problem {
  readonly status: number;
  readonly error: ActionError;
}

/** Error codes with which the metadata database is away rather than wrong. */
const AWAY = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "ECONNREFUSED",
  "ECONNRESET",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "08001",
]);

/**
 * What a caller may see of an error: an AppError as it is, a lost metadata database as 503, and anything else
 * as INTERNAL_ERROR with the request's id, under which the log has the rest.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof AppError) {
    const { code, message, status } = error;
    if (status >= 500) log.error({ component: "web", requestId, err: error }, "request failed");
    return { status, error: { code, message, ...detailsOf(error), ...(status >= 500 ? { requestId } : {}) } };
  }
  if (isDatabaseAway(error)) {
    log.warn({ component: "web", requestId, err: error }, "the metadata database does not answer");
    return {
      status: 503,
      error: {
        code: "SERVICE_UNAVAILABLE",
        message: "The metadata database does not answer right now. Try again in a moment.",
        requestId,
      },
    };
  }
  log.error({ component: "web", requestId, err: error }, "request failed unexpectedly");
  return {
    status: 500,
    error: {
      code: "INTERNAL_ERROR",
      message: `Something went wrong. Quote ${requestId} to find it in the log.`,
      requestId,
    },
  };
}

export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (code !== undefined && AWAY.has(code)) return true;
  if (
    /Can't reach database|Connection terminated|timeout exceeded when trying to connect|server closed the connection/i.test(
      error.message,
    )
  ) {
    return true;
  }
  return isDatabaseAway(cause, depth + 1);
}

function detailsOf(error: AppError): { details?: unknown } {
  if (error.details === undefined) return {};
  if (!Array.isArray(error.details)) return { details: error.details };
  return {
    details: (error.details as FieldProblem[]).map((problem) => ({
      ...problem,
      field: wirePath(problem.field),
    })),
  };
}
