import { AppError, type ErrorCode } from "#lib/core/errors";
import { systemError } from "#lib/engines/with-local-path";
import { SpaceError } from "#lib/streams/tar";

/** What the system or a thread said, as a sentence about `path`. */
export function explainFiles(
  error: unknown,
  code: ErrorCode = "CONNECTION_FAILED",
  path = "The path",
): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof SpaceError) return new AppError(code, error.message, { cause: error });
  if (error instanceof Error && error.name === "AbortError") {
    return new AppError("CANCELLED", "Cancelled.", { cause: error });
  }
  return systemError(error, path, code);
}
