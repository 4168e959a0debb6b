import type { ErrorCode } from "#lib/core/errors";

/** What a server action tells the form or button that called it. */
export type ActionResult<T = unknown> = { ok: true; data: T } | { ok: false; error: ActionError };

export type ActionError = {
  code: ErrorCode;
  message: string;
  /** For a 422: `[{field, message}]`, field names dotted as on the wire. */
  details?: unknown;
  /** To be quoted to whoever reads the server's log. */
  requestId?: string;
};
