import { AppError } from "#lib/core/errors";

/** Names with this start are the storage layer's own: temporary files, probes, the mark of a storage. */
export const RESERVED_PREFIX = ".dg-";

/** What an unfinished upload is called until it is whole; `sweep` removes only such names. */
export const PARTIAL_PREFIX = `${RESERVED_PREFIX}partial-`;

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 1024;

/**
 * The segments of a storage path: relative, forward slashes, no empty, `.` or `..` segment, no backslash, no
 * control character, none of our reserved names. Throws INVALID_STORAGE_PATH. "" (the root) has none and is
 * refused unless `allowRoot`.
 */
export function pathSegments(path: string, allowRoot = false): string[] {
  if (path === "" && allowRoot) return [];
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw invalid(path, "it is too long");
  if (/[\p{Cc}\\]/u.test(path)) throw invalid(path, "control characters and backslashes are not allowed");
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment === "") throw invalid(path, "it must be relative, without empty parts");
    if (segment === "." || segment === "..") throw invalid(path, '"." and ".." are not allowed');
    if (segment.startsWith(RESERVED_PREFIX))
      throw invalid(path, `names in "${RESERVED_PREFIX}…" are reserved`);
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) throw invalid(path, "a name in it is too long");
  }
  return segments;
}

function invalid(path: string, why: string): AppError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new AppError(
    "INVALID_STORAGE_PATH",
    `${JSON.stringify(shown)} is not a valid storage path: ${why}.`,
  );
}
