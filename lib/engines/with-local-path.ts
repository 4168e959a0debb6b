import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { AppError, type ErrorCode } from "#lib/core/errors";
import type { EngineIo } from "#lib/engines/types";
import { codeOf, isInside, realPathOfMissing, realPaths } from "#lib/streams/real-path";

/** An absolute path that means what it says: no `.`, no `..`, no control characters. */
export const absolutePath = (what: string) =>
  z
    .string()
    .min(1, `Enter the ${what}.`)
    .max(4096)
    .regex(/^\//, "Must be an absolute path: it begins with /.")
    .regex(/^[^\p{Cc}]*$/u, "Control characters and line breaks are not allowed.")
    .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "Must not hold . or ..")
    .refine((path) => path.replaceAll("/", "") !== "", "Must not be the root of the file system.")
    .meta({ wide: true, mono: true });

type Places = Pick<EngineIo, "places" | "tempDirectory">;

const refused = (field: string, message: string, short: string) =>
  new AppError("INVALID_CONNECTION_CONFIG", message, {
    details: [{ field: `connection_config.${field}`, message: short }],
  });

/**
 * The real path of a source or target, which need not exist. Of all allowed and all own folders around it
 * the nearest decides; the call's own private directory is allowed. Throws INVALID_CONNECTION_CONFIG.
 */
export function localPath(path: string, io: Places, field: string): string {
  let real: string;
  try {
    real = realPathOfMissing(path);
  } catch (error) {
    throw systemError(error, path, "CONNECTION_FAILED");
  }
  const { allowedRoots, ownPaths } = io.places;
  const allowed = longest(real, [...realPaths(allowedRoots), ...realPaths([io.tempDirectory])]);
  if (allowed === null) {
    const where = allowedRoots.join(" or ");
    const said = `${path} lies outside the folders that sources and targets may use (${where}). Choose a path in them, or add its folder to LOCAL_STORAGE_ROOT_PATH.`;
    throw refused(field, said, `Must lie in ${where}.`);
  }
  const own = longest(real, realPaths(ownPaths));
  if (own !== null && own.length >= allowed.length) {
    const said = `${path} lies in ${own}, where DataGuardian keeps its own data. Choose another path.`;
    throw refused(field, said, "Is a folder of DataGuardian itself.");
  }
  if (isDangling(real)) {
    throw new AppError("CONNECTION_FAILED", `${path} is a symbolic link that leads nowhere.`);
  }
  return real;
}

/** Real paths of our own folders that lie in `real`. */
export function ownPathsIn(real: string, io: Places): string[] {
  return realPaths(io.places.ownPaths).filter((own) => own !== real && isInside(own, real));
}

function longest(path: string, roots: readonly string[]): string | null {
  const around = roots.filter((root) => isInside(path, root));
  return around.reduce<string | null>(
    (best, root) => (root.length > (best?.length ?? -1) ? root : best),
    null,
  );
}

/** Whether a link leads to nothing; what is not there at all does not. */
function isDangling(real: string): boolean {
  try {
    return lstatSync(real).isSymbolicLink();
  } catch {
    return false;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EACCES: "may not be used by the worker's user: give it the right to read (and for restores, to write)",
  EPERM: "may not be used by the worker's user",
  ENOTDIR: "passes through something that is not a directory",
  EISDIR: "is a directory",
  ELOOP: "passes through symbolic links that lead in a circle",
  EIO: "could not be read: the disk reports an error",
  EROFS: "lies on a file system that is mounted read-only",
  ENOSPC: "lies on a disk that is full",
  EDQUOT: "lies on a disk whose quota is used up",
  EBUSY: "is in use by the system (a mount point, perhaps)",
  ENAMETOOLONG: "is too long a path for this system",
};

/** A system error as a sentence about `path`. */
export function systemError(error: unknown, path: string, code: ErrorCode): AppError {
  if (error instanceof AppError) return error;
  const known = WORDS[codeOf(error) ?? ""];
  const why = known ?? `cannot be used: ${error instanceof Error ? error.message : "unknown reason"}`;
  return new AppError(code, `${path} ${why}.`, { cause: error, details: { reason: "error" } });
}

const VERIFICATION_NAME = /^dg_verify_[a-z0-9_]+$/;

/**
 * Where a verification restores to: beside the real path of its source, or in the call's own directory where
 * that place may not be written or is not allowed. Only names of that prefix are ever made or removed.
 */
export async function verificationPath(real: string, name: string, io: Places): Promise<string> {
  assertVerificationName(name);
  const beside = join(dirname(real), name);
  try {
    localPath(beside, io, "path");
    await access(dirname(real), constants.W_OK | constants.X_OK);
    return beside;
  } catch {
    return join(io.tempDirectory, name);
  }
}

/** Both places where a verification of that name can have restored to. */
export function verificationPaths(real: string, name: string, io: Places): string[] {
  assertVerificationName(name);
  return [join(dirname(real), name), join(io.tempDirectory, name)];
}

/**
 * What is written beside `target` until it is whole: for a verification's a name that follows from it, so that
 * who drops the one finds the other.
 */
export function stagedPath(target: string, extension: string): string {
  const own = basename(target, extension);
  const token = VERIFICATION_NAME.test(own) ? own : randomUUID();
  return join(dirname(target), `.dg-restore-${token}${extension}`);
}

function assertVerificationName(name: string): void {
  if (VERIFICATION_NAME.test(name)) return;
  throw new AppError("VALIDATION_ERROR", "A verification's target must be called dg_verify_….");
}
