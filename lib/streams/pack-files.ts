import { once } from "node:events";
import { pack } from "tar-stream";

/** A file on its way into an archive. */
export interface FileToPack {
  /** Relative, with forward slashes. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Packs files into a tar stream, one after the other. A file that has become shorter than announced is filled
 * with zeros and a longer one is cut, as a tar needs it; `onChanged` hears of both.
 */
export async function* packFiles(
  files: AsyncIterable<FileToPack>,
  onChanged: (file: FileToPack) => void,
): AsyncGenerator<Buffer> {
  const archive = pack();
  const writing = (async () => {
    for await (const file of files) await packFile(archive, file, onChanged);
    archive.finalize();
  })();
  writing.catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error("Packing failed.")),
  );
  yield* archive as AsyncIterable<Buffer>;
  await writing;
}

async function packFile(
  archive: ReturnType<typeof pack>,
  file: FileToPack,
  onChanged: (file: FileToPack) => void,
): Promise<void> {
  const source = await file.open();
  const { name, sizeBytes, modifiedAt } = file;
  const entry = archive.entry({ name, size: sizeBytes, mtime: modifiedAt, mode: 0o600, type: "file" });
  const write = async (bytes: Uint8Array) => {
    if (bytes.byteLength > 0 && !entry.write(bytes)) await once(entry, "drain");
  };
  let left = sizeBytes;
  let longer = false;
  for await (const chunk of source) {
    longer ||= chunk.byteLength > left;
    // The archive keeps what it is given until it is read; a source may use its memory again.
    const piece = Buffer.from(chunk.subarray(0, left));
    left -= piece.length;
    await write(piece);
    if (longer) break;
  }
  if (longer || left > 0) onChanged(file);
  for (const zeros = Buffer.alloc(64 * 1024); left > 0; left -= Math.min(left, zeros.length)) {
    await write(zeros.subarray(0, left));
  }
  entry.end(undefined);
  await once(entry, "finish");
}
