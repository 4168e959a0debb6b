import type { Stats } from "ssh2";
import type { SshLink } from "#lib/storage/ssh/link";
import { type Located, locate } from "#lib/storage/ssh/root";
import type { SftpSession } from "#lib/storage/ssh/session";
import { syncFile } from "#lib/storage/ssh/upload";
import { asPartial } from "#lib/storage/ssh/write";
import { StorageError } from "#lib/storage/types";

/** The server copies so much at a time: in between it answers others, and an abort is heard. */
const PIECE_BYTES = 64 * 1024 * 1024;
const PIECE_MS = 10 * 60_000;

/** Has the server copy a file by itself (copy-data). Rejects with NotOffered where it cannot. */
export async function copyThere(
  link: SshLink,
  from: Located,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const { session } = from;
  if (from.found && !from.found.isFile())
    throw new StorageError("not-found", `${from.target} is not a file.`);
  const source = await session.call<Buffer>((sftp, done) => sftp.open(from.target, "r", done));
  try {
    const { size } = await session.call<Stats>((sftp, done) => sftp.fstat(source, done));
    const at = await locate(link, to);
    await asPartial(link, at, { signal, overwrite: false }, async ({ handle }) => {
      await copyPieces(session, source, handle, size, signal);
      await syncFile(session, handle);
      const copied = await session.call<Stats>((sftp, done) => sftp.fstat(handle, done));
      await session.call((sftp, done) => sftp.close(handle, done));
      if (copied.size === size) return;
      throw new StorageError("permanent", `The server copied ${copied.size} of ${size} bytes.`);
    });
  } finally {
    session.call((sftp, done) => sftp.close(source, done)).catch(() => undefined);
  }
}

async function copyPieces(
  session: SftpSession,
  source: Buffer,
  target: Buffer,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  for (let done = 0; done < size; done += PIECE_BYTES) {
    signal.throwIfAborted();
    const bytes = Math.min(PIECE_BYTES, size - done);
    await session.call(
      (sftp, finished) => sftp.ext_copy_data(source, done, bytes, target, done, finished),
      PIECE_MS,
    );
  }
}
