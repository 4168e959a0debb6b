import type { AppError } from "#lib/core/errors";

export const HEALTH_CHECK_STATUSES = ["ok", "timeout", "auth_failed", "unreachable", "error"] as const;
export type HealthCheckStatus = (typeof HEALTH_CHECK_STATUSES)[number];

/** How a failed check is filed: by the reason that a plug-in gave in `details.reason`, else as `otherwise`. */
export function checkStatusOf(
  error: AppError,
  otherwise: "unreachable" | "error",
): Exclude<HealthCheckStatus, "ok"> {
  const reason = (error.details as { reason?: unknown } | undefined)?.reason;
  const known = HEALTH_CHECK_STATUSES.find((status) => status === reason);
  return known === undefined || known === "ok" ? otherwise : known;
}
