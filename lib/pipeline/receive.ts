import type { Compression } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import { checkStored } from "#lib/pipeline/artifact";
import type { PipelineIo, StorageTarget } from "#lib/pipeline/io";
import { artifactFile, MANIFEST_NAME, type Manifest } from "#lib/pipeline/manifest";
import { FormatError } from "#lib/streams/byte-reader";
import { decompress } from "#lib/streams/decompress";
import { fanOut } from "#lib/streams/fan-out";
import { Digest, digesting } from "#lib/streams/hash";

export interface ReceiveRequest {
  readonly executionId: string;
  readonly datasourceType: string;
  /** What the file is a backup of; names it on the storage. */
  readonly subject: string;
  readonly extension: `.${string}`;
  /** How the file was compressed by whoever made it. */
  readonly compression: Compression;
  readonly target: StorageTarget;
  readonly directory: string;
  readonly createdAt: Date;
  /** Goes into the manifest's metadata. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** First bytes of a plain file, by extension (archive formats of pg_dump, mongodump and SQLite). */
const MAGIC: Record<string, Buffer> = {
  ".dump": Buffer.from("PGDMP"),
  ".archive": Buffer.from([0x6d, 0xe2, 0x99, 0x81]),
  ".db": Buffer.from("SQLite format 3\0"),
};

/**
 * Stores a file that comes from outside as an artifact of ours, in one pass: it goes to the storage as it is,
 * while it is unpacked beside that to learn its size and to see that it is whole. INVALID_UPLOAD says what is
 * wrong with it; then nothing stays on the storage.
 */
export async function receiveArtifact(
  request: ReceiveRequest,
  bytes: AsyncIterable<Uint8Array>,
  io: Pick<PipelineIo, "signal">,
): Promise<Manifest> {
  const { directory, target } = request;
  const file = artifactFile(request.subject, request.extension, request.compression);
  const path = `${directory}/${file}`;
  const digest = new Digest();
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const store = async (copy: AsyncIterable<Uint8Array>) => target.adapter.put(path, copy, { signal });
  const measure = async (copy: AsyncIterable<Uint8Array>) => {
    try {
      return await plainBytes(copy, request);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  const [stored, plain] = await fanOut<Uint8Array, unknown>(digesting(bytes, digest), [store, measure]);
  if (plain && !plain.ok) throw plain.error;
  if (!stored?.ok) throw stored?.error;
  try {
    const manifest = manifestOf(request, file, digest, Number(plain?.value ?? 0));
    const answers = new Map([[path, stored.value as Awaited<ReturnType<typeof store>>]]);
    await checkStored({ manifest, directory, adapter: target.adapter }, answers, { signal });
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    await target.adapter.put(`${directory}/${MANIFEST_NAME}`, once(text), { signal });
    return manifest;
  } catch (error) {
    await target.adapter.remove(directory);
    throw error;
  }
}

/** The unpacked size. Throws INVALID_UPLOAD where the file is not what its name says, or is cut off. */
async function plainBytes(
  source: AsyncIterable<Uint8Array>,
  { compression, extension }: ReceiveRequest,
): Promise<number> {
  const magic = MAGIC[extension] ?? Buffer.alloc(0);
  let head = Buffer.alloc(0);
  let total = 0;
  try {
    for await (const chunk of decompress(source, compression)) {
      total += chunk.byteLength;
      if (head.length >= magic.length) continue;
      head = Buffer.concat([head, chunk.subarray(0, magic.length - head.length)]);
      if (!magic.subarray(0, head.length).equals(head))
        throw invalid(`it does not begin as a ${extension} file does`);
    }
  } catch (error) {
    if (error instanceof FormatError) throw invalid(error.message);
    throw error;
  }
  if (total === 0 || head.length < magic.length) throw invalid("it is empty or cut off");
  return total;
}

function invalid(why: string): AppError {
  const message = `The uploaded file cannot be used: ${why}.`;
  return new AppError("INVALID_UPLOAD", message, { details: [{ field: "body", message }] });
}

function manifestOf(request: ReceiveRequest, file: string, digest: Digest, plainSize: number): Manifest {
  const size = digest.bytes;
  const sha256 = digest.hex();
  return {
    version: 1,
    execution_id: request.executionId,
    job_id: null,
    datasource_type: request.datasourceType,
    backup_type: "full",
    compression: request.compression,
    encryption: null,
    total_size_bytes: plainSize,
    compressed_size_bytes: size,
    checksum: `sha256:${sha256}`,
    chunks: [{ number: 1, file, size_bytes: size, checksum: sha256 }],
    created_at: request.createdAt.toISOString(),
    metadata: { ...request.metadata, extension: request.extension, database_name: request.subject },
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
