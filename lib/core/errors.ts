/**
 * The one table from error code to HTTP status (contract, section 3). Plug-ins and use cases throw
 * `AppError`; only the two edges and the worker turn it into words for a person.
 */
export const ERROR_STATUS = {
  VALIDATION_ERROR: 422,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  PAYLOAD_TOO_LARGE: 413,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
  USER_ALREADY_CONFIGURED: 409,
  CONNECTION_FAILED: 400,
  INVALID_CONNECTION_CONFIG: 422,
  DATASOURCE_HAS_ACTIVE_JOBS: 409,
  SCHEMA_NOT_SUPPORTED: 422,
  QUERY_NOT_SUPPORTED: 422,
  QUERY_EXECUTION_FAILED: 400,
  TOOL_MISSING: 422,
  STORAGE_UNREACHABLE: 400,
  STORAGE_CONFIG_INVALID: 422,
  STORAGE_HAS_ACTIVE_JOBS: 409,
  STORAGE_LOCAL_PATH_OUTSIDE_MOUNT: 422,
  STORAGE_PATH_NOT_FOUND: 404,
  INVALID_STORAGE_PATH: 422,
  INVALID_STORAGE_COPY: 422,
  INVALID_CRON: 422,
  EXECUTION_NOT_CANCELLABLE: 409,
  EXECUTION_NOT_DELETABLE: 409,
  EXECUTION_NOT_RETRIABLE: 409,
  EXECUTION_ALREADY_PROCESSING: 409,
  BACKUP_NOT_RESTORABLE: 409,
  BACKUP_NOT_DOWNLOADABLE: 409,
  BACKUP_STORAGE_UNAVAILABLE: 503,
  STORAGE_NOT_FOUND_FOR_BACKUP: 404,
  RESTORE_CONFIRMATION_REQUIRED: 422,
  RESTORE_NOT_SUPPORTED: 422,
  RESTORE_TARGET_TYPE_MISMATCH: 422,
  INVALID_UPLOAD: 422,
  CRITICAL_OPERATION_APPROVAL_REQUIRED: 428,
  ADMIN_PASSWORD_INVALID: 401,
  APPROVAL_REQUEST_NOT_FOUND: 404,
  APPROVAL_REQUEST_FORBIDDEN: 403,
  APPROVAL_REQUEST_NOT_APPROVED: 409,
  APPROVAL_REQUEST_EXPIRED: 409,
  APPROVAL_REQUEST_ALREADY_USED: 409,
  APPROVAL_REQUEST_ACTION_MISMATCH: 409,
  APPROVAL_REQUEST_RESOURCE_MISMATCH: 409,
  // Raised while an execution runs; never an HTTP answer of their own, but part of the same vocabulary.
  DUMP_FAILED: 500,
  RESTORE_FAILED: 500,
  VERIFICATION_FAILED: 500,
  ARTIFACT_CORRUPT: 500,
  STALLED: 500,
  CANCELLED: 409,
  LEASE_LOST: 409,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export type FieldProblem = { field: string; message: string };

/** An error whose message is meant for the person who caused it or must act on it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** A 422 that names each field. */
export function validationError(problems: FieldProblem[], message = "Some fields are not valid."): AppError {
  return new AppError("VALIDATION_ERROR", message, { details: problems });
}
