import type { Stats } from "ssh2";
import { Patience, TRANSFER_PATIENCE } from "#lib/storage/patience";
import type { Place, SshLink } from "#lib/storage/ssh/link";
import { locate } from "#lib/storage/ssh/root";
import { StorageError } from "#lib/storage/types";

/** Bytes that may be asked for at once. */
const WINDOW_BYTES = 4 * 1024 * 1024;

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly start?: number;
  /** Inclusive. */
  readonly end?: number;
  readonly lend?: boolean;
}

interface OpenFile extends Place {
  readonly handle: Buffer;
  readonly size: number;
  readonly mtime: number;
}

/** Opens a file and answers its bytes, read with many requests on their way, over lost connections. */
export async function readFile(
  link: SshLink,
  path: string,
  options: ReadOptions,
): Promise<AsyncIterable<Uint8Array>> {
  return stream(link, path, await openFile(link, path), options);
}

async function openFile(link: SshLink, path: string): Promise<OpenFile> {
  const { session, root, target, found } = await locate(link, path);
  if (found && !found.isFile()) throw new StorageError("not-found", `${path} is not a file.`);
  const handle = await session.call<Buffer>((sftp, done) => sftp.open(target, "r", done));
  const { size, mtime } = await session.call<Stats>((sftp, done) => sftp.fstat(handle, done));
  return { session, root, handle, size, mtime };
}

async function* stream(
  link: SshLink,
  path: string,
  first: OpenFile,
  options: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const patience = new Patience(TRANSFER_PATIENCE, options.signal);
  let position = options.start ?? 0;
  for (let file = first, failures = 0; ; ) {
    try {
      for await (const chunk of readRange(file, position, options)) {
        position += chunk.byteLength;
        failures = 0;
        patience.progress();
        yield chunk;
      }
      return;
    } catch (error) {
      failures += 1;
      await patience.after(error, failures);
      // A patience of its own: only bytes are progress, not an open file.
      file = await new Patience(TRANSFER_PATIENCE, options.signal).attempt(() => openFile(link, path));
      if (file.size !== first.size || file.mtime !== first.mtime)
        throw new StorageError("permanent", `${path} was replaced while it was read.`);
    }
  }
}

async function* readRange(file: OpenFile, start: number, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const { session, handle } = file;
  const end = Math.min(file.size, (options.end ?? Infinity) + 1);
  const bytes = session.blockBytes;
  const most = Math.max(2, Math.floor(WINDOW_BYTES / bytes));
  const spare: Buffer[] = [];
  const asked: Promise<Buffer>[] = [];
  let next = start;
  const ask = () => {
    const length = Math.min(bytes, end - next);
    const buffer = (spare.pop() ?? Buffer.allocUnsafeSlow(bytes)).subarray(0, length);
    const reading = readBlock(file, buffer, next);
    // Waited for below; one that is given up must not count as unhandled.
    reading.catch(() => undefined);
    asked.push(reading);
    next += length;
  };
  try {
    while (next < end && asked.length < most) ask();
    for (let block = asked.shift(); block; block = asked.shift()) {
      const chunk = await block;
      options.signal.throwIfAborted();
      yield chunk;
      if (options.lend) spare.push(Buffer.from(chunk.buffer));
      if (next < end) ask();
    }
  } finally {
    session.call((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
  }
}

/** Fills the buffer: a server may answer with less than it was asked for. */
async function readBlock({ session, handle }: OpenFile, buffer: Buffer, position: number): Promise<Buffer> {
  for (let filled = 0; filled < buffer.length; ) {
    const read = await session.call<number>((sftp, done) =>
      sftp.read(handle, buffer, filled, buffer.length - filled, position + filled, done),
    );
    if (!read)
      throw new StorageError("permanent", `The file ends at byte ${position + filled}, before its size.`);
    filled += read;
  }
  return buffer;
}
