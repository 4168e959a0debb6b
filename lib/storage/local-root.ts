import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import { pathSegments, RESERVED_PREFIX } from "#lib/storage/object-path";
import { StorageError } from "#lib/storage/types";
import { codeOf, isInside, realPathOfMissing, realPaths } from "#lib/streams/real-path";

/** Lies in every local storage; where it is missing, the disk is not mounted or the folder is another one. */
const MARK = `${RESERVED_PREFIX}storage`;

/**
 * Checks a local storage's folder against the allowed roots, on real paths. Throws
 * STORAGE_LOCAL_PATH_OUTSIDE_MOUNT. `create` makes the folder (0700) and its mark.
 */
export function openLocalRoot(path: string, allowedRoots: readonly string[], create: boolean): void {
  try {
    const real = realPathOfMissing(path);
    if (!realPaths(allowedRoots).some((root) => isInside(real, root))) {
      throw new AppError(
        "STORAGE_LOCAL_PATH_OUTSIDE_MOUNT",
        `${path} lies outside the folders that local storages may use (${allowedRoots.join(", ")}).`,
        { details: [{ field: "config.path", message: `Must lie in ${allowedRoots.join(" or ")}.` }] },
      );
    }
    if (!create) return;
    mkdirSync(real, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(join(real, MARK), `${JSON.stringify({ format: 1, id: randomUUID() })}\n`, {
        flag: "wx",
        mode: 0o600,
      });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = error instanceof Error ? error.message : "unknown reason";
    throw new AppError("STORAGE_UNREACHABLE", `The folder ${path} cannot be used: ${why}.`, { cause: error });
  }
}

/** The real root, checked again at each use: mounts and links change while the process lives. */
export async function usableRoot(path: string, allowedRoots: readonly string[]): Promise<string> {
  openLocalRoot(path, allowedRoots, false);
  try {
    const root = await realpath(path);
    if (!(await stat(root)).isDirectory()) throw new StorageError("permanent", `${path} is not a folder.`);
    await stat(join(root, MARK));
    return root;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const message = `The storage at ${path} is not there: its disk is not mounted, or the folder was removed or replaced.`;
    throw new StorageError("permanent", message, { cause: error });
  }
}

/** The absolute path of a storage path. A symbolic link anywhere on the way is refused: we make none. */
export async function locate(root: string, path: string, allowRoot = false): Promise<string> {
  const absolute = join(root, ...pathSegments(path, allowRoot));
  let current = root;
  for (const segment of pathSegments(path, allowRoot)) {
    current = join(current, segment);
    try {
      if ((await lstat(current)).isSymbolicLink()) {
        throw new AppError(
          "INVALID_STORAGE_PATH",
          `${path} passes through a symbolic link, which is not followed.`,
        );
      }
    } catch (error) {
      if (codeOf(error) === "ENOENT") break;
      throw error;
    }
  }
  return absolute;
}
