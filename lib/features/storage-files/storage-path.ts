import { AppError } from "#lib/core/errors";
import { pathSegments } from "#lib/storage/object-path";

/** How often a path is unwrapped: `%25252e` is three deep. */
const MAX_LAYERS = 8;

/**
 * Refuses what is no storage path (see `pathSegments`), also where only its percent-encoded or compatibility
 * form leads out: whoever names a file so means the way out. `field` is the input's name on the wire.
 * @throws INVALID_STORAGE_PATH
 */
export function assertStoragePath(path: string, field: string): void {
  try {
    if (!path.isWellFormed() || path.includes("\uFFFD")) {
      throw new AppError("INVALID_STORAGE_PATH", "A storage path must be text in UTF-8.");
    }
    pathSegments(path, true);
    for (const form of disguises(path)) {
      if (leadsOut(form)) {
        throw new AppError("INVALID_STORAGE_PATH", `${shown(path)} is an encoded way out of the storage.`);
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      cause: error,
      details: [{ field, message: error.message }],
    });
  }
}

/** Like `assertStoragePath`, and not the root. `why` ends the sentence "The storage's root cannot be …". */
export function assertPathBelowRoot(path: string, field: string, why: string): void {
  assertStoragePath(path, field);
  if (path !== "") return;
  const message = `The storage's root cannot be ${why}. Name a file or folder in it.`;
  throw new AppError("INVALID_STORAGE_PATH", message, { details: [{ field, message }] });
}

/** The folders above a path, nearest last; without the root. */
export function foldersAbove(path: string): string[] {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

function disguises(path: string): string[] {
  const forms = [path.normalize("NFKC")];
  for (let layer = 0, form = path; layer < MAX_LAYERS; layer += 1) {
    const decoded = unwrapped(form);
    if (decoded === form) break;
    forms.push(decoded, decoded.normalize("NFKC"));
    form = decoded;
  }
  return forms;
}

/** Percent escapes as bytes, also `%u002e`, and the overlong forms of dot and slash that sloppy decoders take. */
function unwrapped(form: string): string {
  return form
    .replace(/%(?:u00)?([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:\u00C0|\u00E0\u0080)([\u00AE\u00AF])/g, (_, low: string) => (low === "\u00AE" ? "." : "/"));
}

function leadsOut(form: string): boolean {
  if (form.includes("\0")) return true;
  return form.startsWith("/") || form.split(/[/\\]/).some((segment) => segment === "..");
}

function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}
