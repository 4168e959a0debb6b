import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import type { Stats } from "ssh2";
import { AppError } from "#lib/core/errors";
import { pathSegments, RESERVED_PREFIX } from "#lib/storage/object-path";
import { STATUS, statusOf } from "#lib/storage/ssh/errors";
import type { Place, SshLink } from "#lib/storage/ssh/link";
import { isMissing, type SftpSession } from "#lib/storage/ssh/session";
import { StorageError } from "#lib/storage/types";

/** Lies in every storage; where it is missing, the disk is not mounted or the folder is another one. */
const MARK = `${RESERVED_PREFIX}storage`;

/** What lies at a path, a link itself and not what it leads to; null where nothing does. */
export async function lookAt(session: SftpSession, path: string): Promise<Stats | null> {
  try {
    return await session.call<Stats>((sftp, done) => sftp.lstat(path, done));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export interface Located extends Place {
  /** Absolute path on the server. */
  readonly target: string;
  /** What lies there now, or null. */
  readonly found: Stats | null;
}

/**
 * The absolute path of a storage path, in a storage that is really there. A symbolic link anywhere on the way
 * is refused: we make none.
 */
export async function locate(link: SshLink, path: string, allowRoot = false): Promise<Located> {
  const segments = pathSegments(path, allowRoot);
  const place = await link.place();
  const { session, root } = place;
  const ways = segments.map((_, index) => posix.join(root, ...segments.slice(0, index + 1)));
  const [mark, ...found] = await Promise.all(
    [posix.join(root, MARK), ...ways].map((way) => lookAt(session, way)),
  );
  if (!mark) {
    const message = `The storage at ${link.name} is not there: its disk is not mounted, or the folder was removed or replaced.`;
    throw new StorageError("permanent", message);
  }
  if (found.some((stats) => stats?.isSymbolicLink())) {
    throw new AppError(
      "INVALID_STORAGE_PATH",
      `${path} passes through a symbolic link, which is not followed.`,
    );
  }
  return { ...place, target: ways.at(-1) ?? root, found: found.at(-1) ?? null };
}

/** Makes the folder of a new storage (0700) and its mark. */
export async function prepareRoot(session: SftpSession, root: string): Promise<void> {
  await makeFolders(session, root);
  const mark = posix.join(root, MARK);
  if (await lookAt(session, mark)) return;
  const text = Buffer.from(`${JSON.stringify({ format: 1, id: randomUUID() })}\n`);
  const open = session.call<Buffer>((sftp, done) => sftp.open(mark, "wx", { mode: 0o600 }, done));
  const handle = await open.catch(async (error: unknown) => {
    // Another may have been quicker.
    if (statusOf(error) === undefined || !(await lookAt(session, mark))) throw error;
    return null;
  });
  if (handle === null) return;
  await session.call((sftp, done) => sftp.write(handle, text, 0, text.length, 0, done));
  await session.call((sftp, done) => sftp.close(handle, done));
}

/** Creates a folder and what is missing above it. */
export async function makeFolders(session: SftpSession, path: string): Promise<void> {
  try {
    await session.call((sftp, done) => sftp.mkdir(path, { mode: 0o700 }, done));
  } catch (error) {
    if (isMissing(error) && posix.dirname(path) !== path) {
      await makeFolders(session, posix.dirname(path));
      return makeFolders(session, path);
    }
    // "Failure" is what a folder that exists already gets.
    if (statusOf(error) === undefined || !(await isFolder(session, path))) throw error;
  }
}

async function isFolder(session: SftpSession, path: string): Promise<boolean> {
  const stats = await session
    .call<Stats>((sftp, done) => sftp.stat(path, done))
    .catch((error: unknown) => {
      if (statusOf(error) === undefined) throw error;
      return null;
    });
  return stats?.isDirectory() ?? false;
}

/** Removes `from` and the folders above it, up to the root, as long as they are empty. */
export async function pruneEmpty({ session, root }: Place, from: string): Promise<void> {
  for (let folder = from; folder !== root && folder.startsWith(root); folder = posix.dirname(folder)) {
    try {
      await session.call((sftp, done) => sftp.rmdir(folder, done));
    } catch (error) {
      // Not empty, or not ours to remove: both end it.
      if (statusOf(error) === undefined) throw error;
      if (statusOf(error) !== STATUS.noSuchFile) return;
    }
  }
}
