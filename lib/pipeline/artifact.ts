import { AppError } from "#lib/core/errors";
import type { PipelineIo } from "#lib/pipeline/io";
import { filesOf, type Manifest, type ManifestChunk } from "#lib/pipeline/manifest";
import { type StorageAdapter, StorageError, type StoredFile } from "#lib/storage/types";
import { FormatError } from "#lib/streams/byte-reader";
import { decompress, mayBeLent } from "#lib/streams/decompress";
import { Digest } from "#lib/streams/hash";

export interface ArtifactPlace {
  readonly manifest: Manifest;
  readonly directory: string;
  readonly adapter: Pick<StorageAdapter, "get">;
}

interface ReadOptions {
  readonly signal: AbortSignal;
  /** See `StorageAdapter.get`. */
  readonly lend?: boolean;
}

const damaged = (path: string, why: string) =>
  new AppError("ARTIFACT_CORRUPT", `The backup's file ${path} is damaged: ${why}.`, {
    details: { file: path },
  });

/**
 * One part's bytes, checked as they pass: a wrong size or SHA-256 rejects at the part's end, a missing file
 * at its start, both with ARTIFACT_CORRUPT that names the part.
 */
export async function* readPart(
  place: ArtifactPlace,
  part: Pick<ManifestChunk, "file" | "size_bytes" | "checksum">,
  options: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const path = `${place.directory}/${part.file}`;
  const digest = new Digest();
  let source: AsyncIterable<Uint8Array>;
  try {
    source = await place.adapter.get(path, options);
  } catch (error) {
    if (error instanceof StorageError && error.fault === "not-found") throw damaged(path, "it is missing");
    throw error;
  }
  for await (const chunk of source) {
    digest.update(chunk);
    if (digest.bytes > part.size_bytes) throw damaged(path, `it is longer than its ${part.size_bytes} bytes`);
    yield chunk;
  }
  if (digest.bytes !== part.size_bytes) {
    throw damaged(path, `it has ${digest.bytes} bytes instead of ${part.size_bytes}`);
  }
  if (digest.hex() !== part.checksum) throw damaged(path, "its SHA-256 is not the recorded one");
}

/** The parts joined, as they lie there. The whole's own checksum is checked where there are several. */
async function* readParts(place: ArtifactPlace, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const { chunks, checksum } = place.manifest;
  const whole = chunks.length > 1 ? new Digest() : null;
  for (const part of chunks) {
    for await (const bytes of readPart(place, part, options)) {
      whole?.update(bytes);
      yield bytes;
    }
  }
  const found = whole === null ? chunks[0]?.checksum : whole.hex();
  if (`sha256:${found}` !== checksum)
    throw damaged(place.directory, "the parts do not make up the recorded whole");
}

/**
 * The artifact's bytes, either as stored or decompressed. Everything is checked on the way, so an error can
 * come after the last byte: only a normal end says that the bytes were right.
 */
export async function* openArtifact(
  options: ArtifactPlace & { signal: AbortSignal; decompress: boolean },
): AsyncGenerator<Uint8Array> {
  const lend = options.decompress && mayBeLent(options.manifest.compression);
  const parts = readParts(options, { signal: options.signal, lend });
  if (!options.decompress) {
    yield* parts;
    return;
  }
  try {
    yield* decompress(parts, options.manifest.compression);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError(
      "ARTIFACT_CORRUPT",
      `The backup in ${options.directory} is damaged: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Reads every part and compares sizes and checksums. ARTIFACT_CORRUPT names the bad part. */
export async function verifyArtifact(
  place: ArtifactPlace,
  io: Pick<PipelineIo, "signal"> & Partial<PipelineIo>,
): Promise<void> {
  const options = { signal: io.signal, lend: true };
  for await (const _ of readParts(place, options)) io.signal.throwIfAborted();
  for (const file of place.manifest.attachments ?? []) {
    for await (const _ of readPart(place, file, options)) io.signal.throwIfAborted();
  }
}

/**
 * The check after the upload, of every part: by what the storage found when it read its bytes back, by the
 * size where the storage confirmed the content itself, by reading them back here otherwise. `stored` has
 * what `put` answered, by path. ARTIFACT_CORRUPT names the bad part.
 */
export async function checkStored(
  place: ArtifactPlace & { readonly adapter: StorageAdapter },
  stored: ReadonlyMap<string, StoredFile>,
  io: Pick<PipelineIo, "signal">,
): Promise<void> {
  for (const part of filesOf(place.manifest)) {
    const path = `${place.directory}/${part.file}`;
    const check = stored.get(path)?.check;
    if (check === undefined) {
      for await (const _ of readPart(place, part, { signal: io.signal, lend: true })) {
        io.signal.throwIfAborted();
      }
      continue;
    }
    const { sizeBytes } = await place.adapter.stat(path);
    if (sizeBytes !== part.size_bytes) {
      throw damaged(path, `it has ${sizeBytes} bytes instead of ${part.size_bytes}`);
    }
    if (check.kind === "read-back" && check.sha256 !== part.checksum) {
      throw damaged(path, "what was read back is not what was written");
    }
  }
}
