import { createReadStream } from "node:fs";
import { mkdir, open, readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header, pack } from "tar-stream";
import { FormatError } from "#lib/streams/byte-reader";
import { copies } from "#lib/streams/through";

const PIECE_BYTES = 1024 * 1024;

/** The regular files of a flat directory as a tar stream, in name order. */
export async function* packDirectory(directory: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const writing = (async () => {
    for (const name of (await readdir(directory)).sort()) {
      const path = join(directory, name);
      const { size, mtime } = await stat(path);
      const entry = archive.entry({ name, size, mtime, mode: 0o600, type: "file" });
      await pipeline(createReadStream(path, { highWaterMark: PIECE_BYTES }), entry, { signal });
    }
    archive.finalize();
  })();
  writing.catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error("Packing failed.")),
  );
  yield* archive as AsyncIterable<Buffer>;
  await writing;
}

/**
 * Unpacks a tar stream of plain files into `directory`. Refuses whatever could reach outside or act on its
 * own: absolute names, `..`, links, devices. Checks each file against the free space first. Copies what it reads.
 */
export async function unpackTar(
  bytes: AsyncIterable<Uint8Array>,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const archive = extract();
  const feeding = pipeline(Readable.from(copies(bytes), { objectMode: false }), archive, { signal });
  feeding.catch(() => undefined);
  for await (const entry of archive) {
    if (entry.header.type === "directory") {
      entry.resume();
      continue;
    }
    await writeEntry(entry, directory);
  }
  await feeding;
}

async function writeEntry(
  entry: AsyncIterable<unknown> & { header: Header },
  directory: string,
): Promise<void> {
  const { name, type, size } = entry.header;
  const safe = name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!safe || type !== "file" || name.includes("\0")) {
    throw new FormatError(`The archive holds ${JSON.stringify(name)} (${type}), which is refused.`);
  }
  await needSpace(directory, size, `unpack ${name}`);
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, "wx", 0o600);
  try {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      for (let offset = 0; offset < chunk.length; )
        offset += (await handle.write(chunk, offset)).bytesWritten;
    }
  } finally {
    await handle.close();
  }
}

/** A place that is too full for what is to come there. */
export class SpaceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SpaceError";
  }
}

/** Throws SpaceError, which names the place, what is free and what is needed (bytes). */
export async function needSpace(directory: string, bytes: number, purpose: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < bytes) {
    throw new SpaceError(
      `Not enough space in ${directory} to ${purpose}: ${free} bytes free, ${bytes} needed.`,
    );
  }
}
