import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import type { FileEntryWithStats, Stats } from "ssh2";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import type { Place } from "#lib/storage/ssh/link";
import { pruneEmpty } from "#lib/storage/ssh/root";
import { isMissing, type SftpSession } from "#lib/storage/ssh/session";

/** Requests on their way at once when many files go. */
const AT_ONCE = 32;

/** What lies in a folder; rejects where it cannot be read. */
export function readFolder(session: SftpSession, folder: string): Promise<FileEntryWithStats[]> {
  return session.call<FileEntryWithStats[]>((sftp, done) => sftp.readdir(folder, done));
}

/** Another may remove what we walk over; any other failure must not look like emptiness. */
function orGone<T>(work: Promise<T>, gone: T): Promise<T> {
  return work.catch((error: unknown) => {
    if (isMissing(error)) return gone;
    throw error;
  });
}

/** Removes a folder with all in it; a link goes, what it leads to stays. */
export async function removeTree(session: SftpSession, folder: string): Promise<void> {
  const entries = await orGone(readFolder(session, folder), []);
  for (const entry of entries) {
    if (entry.attrs.isDirectory()) await removeTree(session, posix.join(folder, entry.filename));
  }
  const files = entries.filter((entry) => !entry.attrs.isDirectory());
  for (let first = 0; first < files.length; first += AT_ONCE) {
    const some = files.slice(first, first + AT_ONCE);
    await Promise.all(some.map((entry) => removeFile(session, posix.join(folder, entry.filename))));
  }
  await orGone(
    session.call((sftp, done) => sftp.rmdir(folder, done)),
    undefined,
  );
}

export function removeFile(session: SftpSession, path: string): Promise<void> {
  return orGone(
    session.call((sftp, done) => sftp.unlink(path, done)),
    undefined,
  );
}

/**
 * Removes our own leftovers last written more than `olderThanMs` ago by the server's clock. A live upload's file
 * changes all the time, so its age is that of its last write.
 */
export async function sweepPartials(place: Place, olderThanMs: number): Promise<number> {
  const before = (await serverTime(place)) - olderThanMs;
  let removed = 0;
  for await (const { path, stats } of partialsUnder(place.session, place.root)) {
    if (stats.mtime * 1000 >= before) continue;
    await removeFile(place.session, path);
    await pruneEmpty(place, posix.dirname(path));
    removed += 1;
  }
  return removed;
}

async function* partialsUnder(
  session: SftpSession,
  folder: string,
): AsyncGenerator<{ path: string; stats: Stats }> {
  for (const { filename, attrs } of await orGone(readFolder(session, folder), [])) {
    const path = posix.join(folder, filename);
    if (attrs.isDirectory()) yield* partialsUnder(session, path);
    else if (attrs.isFile() && filename.startsWith(PARTIAL_PREFIX)) yield { path, stats: attrs };
  }
}

/** In ms; a new file carries it. Clocks of two machines may be far apart. */
async function serverTime({ session, root }: Place): Promise<number> {
  const path = posix.join(root, `${PARTIAL_PREFIX}clock-${randomUUID()}`);
  const handle = await session.call<Buffer>((sftp, done) => sftp.open(path, "wx", { mode: 0o600 }, done));
  try {
    const { mtime } = await session.call<Stats>((sftp, done) => sftp.fstat(handle, done));
    return mtime * 1000;
  } finally {
    await session.call((sftp, done) => sftp.close(handle, done));
    await removeFile(session, path);
  }
}
