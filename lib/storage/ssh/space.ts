import { STATUS, statusOf } from "#lib/storage/ssh/errors";
import type { SshLink } from "#lib/storage/ssh/link";
import type { SftpSession } from "#lib/storage/ssh/session";
import { StorageError } from "#lib/storage/types";

/** Less than this counts as full: file systems keep some room for themselves. */
const SCRAPS_BYTES = 64 * 1024;

/** Bytes and files for which there is still room at a path; null where the server cannot tell (statvfs). */
export async function freeAt(
  session: SftpSession,
  path: string,
): Promise<{ bytes: number; files: number } | null> {
  try {
    const answer = await session.call<Record<string, unknown>>((sftp, done) =>
      sftp.ext_openssh_statvfs(path, done),
    );
    const read = (name: string) => Number(answer[name]);
    // Some file systems count no files at all.
    const files = read("f_files") === 0 ? Infinity : read("f_favail");
    return { bytes: read("f_bavail") * read("f_frsize"), files };
  } catch {
    // It is an extra: whatever is wrong shows where it matters.
    return null;
  }
}

/**
 * SFTP has no words for "no space": the server just fails. Where it did, its file system is asked, and the
 * error names the place, what is free and what is needed.
 */
export async function fullOr(
  error: unknown,
  link: SshLink,
  folder: string,
  needed: number,
): Promise<unknown> {
  if (statusOf(error) !== STATUS.failure) return error;
  const noSpace = Object.assign(new Error("no space left", { cause: error }), { code: "ENOSPC" });
  // Null: the server cannot be asked any more; the words then do without the figure.
  const place = await link.place().catch(() => null);
  const free = place && ((await freeAt(place.session, folder)) ?? (await freeAt(place.session, place.root)));
  const where = `${folder} on ${link.server}`;
  if (free?.files === 0) {
    const message = `No space left at ${where}: no further file can be made.`;
    return new StorageError("permanent", message, { cause: noSpace });
  }
  if (free && free.bytes < Math.max(needed, SCRAPS_BYTES)) {
    const message =
      `No space left at ${where}: ${free.bytes} bytes free, at least ${needed} more needed ` +
      "(what was written of this file has been removed).";
    return new StorageError("permanent", message, { cause: noSpace });
  }
  const room = free ? `, though ${free.bytes} bytes are free there` : "";
  const message = `The server refused to write at ${where} without a reason${room}. A quota may be used up, or the disk is at fault.`;
  return new StorageError("permanent", message, { cause: error });
}
