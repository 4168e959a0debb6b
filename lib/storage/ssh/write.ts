import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { Patience, TRANSFER_PATIENCE } from "#lib/storage/patience";
import { STATUS, statusOf } from "#lib/storage/ssh/errors";
import type { Place, SshLink } from "#lib/storage/ssh/link";
import { exists, publish } from "#lib/storage/ssh/publish";
import { type Located, makeFolders, pruneEmpty } from "#lib/storage/ssh/root";
import { isMissing } from "#lib/storage/ssh/session";
import { fullOr } from "#lib/storage/ssh/space";
import { syncFile, Upload } from "#lib/storage/ssh/upload";
import type { StoredFile } from "#lib/storage/types";

const ATTEMPTS = 5;
const DISCARD_MS = 10_000;

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly overwrite: boolean;
}

/** A new file under a temporary name, open for writing. */
export interface Partial extends Place {
  readonly path: string;
  readonly handle: Buffer;
}

/**
 * Writes a whole file or nothing: under a temporary name in the same folder, fsync, then linked to its name and
 * fsynced again, which makes the name durable too. Survives lost connections.
 */
export async function writeWhole(
  link: SshLink,
  at: Located,
  bytes: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<StoredFile> {
  return asPartial(link, at, options, async (partial, patience) => {
    const upload = new Upload(link, partial.path, partial, { signal: options.signal, patience });
    try {
      for await (const chunk of bytes) {
        options.signal.throwIfAborted();
        await upload.write(chunk);
      }
      return await upload.finish();
    } catch (error) {
      throw await fullOr(error, link, posix.dirname(partial.path), upload.unacknowledged);
    } finally {
      upload.close();
    }
  });
}

/** Has `fill` write a new file, and gives it its name once it is whole; after a failure nothing is left. */
export async function asPartial<T>(
  link: SshLink,
  at: Located,
  options: WriteOptions,
  fill: (partial: Partial, patience: Patience) => Promise<T>,
): Promise<T> {
  const { signal, overwrite } = options;
  const { target } = at;
  if (at.found && !overwrite) throw exists(target);
  const folder = posix.dirname(target);
  const path = posix.join(folder, `${PARTIAL_PREFIX}${randomUUID()}`);
  const patience = new Patience(TRANSFER_PATIENCE, signal);
  try {
    const handle = await openNew(at, path).catch(async (error) => {
      throw await fullOr(error, link, folder, 1);
    });
    const result = await fill({ ...at, path, handle }, patience);
    signal.throwIfAborted();
    await patience.attempt(async (number) =>
      publish(await link.place(), { temporary: path, target, overwrite, again: number > 1 }),
    );
    await patience.attempt(async () => syncPath(await link.place(), target));
    return result;
  } catch (error) {
    await discard(link, path);
    throw error;
  }
}

/** Creates missing folders. A remover of empty folders may come between: then once more. */
async function openNew({ session }: Place, path: string): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await session.call<Buffer>((sftp, done) => sftp.open(path, "wx", { mode: 0o600 }, done));
    } catch (error) {
      if (!isMissing(error) || attempt === ATTEMPTS) throw error;
      await makeFolders(session, posix.dirname(path));
    }
  }
}

async function syncPath({ session }: Place, path: string): Promise<void> {
  const handle = await session.call<Buffer>((sftp, done) => sftp.open(path, "r", done));
  try {
    await syncFile(session, handle);
  } finally {
    if (session.isLive) await session.call((sftp, done) => sftp.close(handle, done));
  }
}

/** One short try: where the server is away too, the sweeper finds the file by its name. */
async function discard(link: SshLink, path: string): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const timeout = setTimeout(timer.resolve, DISCARD_MS);
  await Promise.race([remove(link, path), timer.promise]);
  clearTimeout(timeout);
}

async function remove(link: SshLink, path: string): Promise<void> {
  try {
    const place = await link.place();
    await place.session
      .call((sftp, done) => sftp.unlink(path, done))
      .catch((error: unknown) => {
        if (statusOf(error) !== STATUS.noSuchFile) throw error;
      });
    await pruneEmpty(place, posix.dirname(path));
  } catch {
    // The failure that led here is the one to tell.
  }
}
