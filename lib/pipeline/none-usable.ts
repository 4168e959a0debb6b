import { AppError } from "#lib/core/errors";

/**
 * Why no copy of a backup could be used. It is damaged (the first copy's own AppError) only where each one was
 * looked at: one that is out of reach may be whole, and then this is BACKUP_STORAGE_UNAVAILABLE.
 */
export function noneUsable(errors: readonly unknown[]): AppError {
  const damaged = errors.find((error) => error instanceof AppError);
  const away = errors.find((error) => !(error instanceof AppError));
  if (away === undefined) {
    return damaged ?? new AppError("BACKUP_STORAGE_UNAVAILABLE", "No storage location holds this backup.");
  }
  const why = away instanceof Error ? away.message : "The reason is unknown.";
  const all = damaged === undefined ? [why] : [why, damaged.message];
  return new AppError("BACKUP_STORAGE_UNAVAILABLE", all.join(" "), { cause: away });
}
