import { pipeline, Readable, type Transform } from "node:stream";
import { FormatError } from "#lib/streams/byte-reader";

/** How much a streaming decompressor gives at once. */
export const OUTPUT_CHUNK_BYTES = 1024 * 1024;

/**
 * For a stream, which reads ahead while it still works on what it has: a chunk of the source may be used again,
 * or freed, as soon as the next one is asked for.
 */
export async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk);
}

/** Errors of the transform become FormatError; errors of the source stay what they are. */
export async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
  what: string,
): AsyncGenerator<Buffer> {
  let sourceError: unknown = null;
  const watched = async function* () {
    try {
      yield* source;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  const input = Readable.from(watched(), { objectMode: false, highWaterMark: OUTPUT_CHUNK_BYTES });
  pipeline(input, transform, () => undefined);
  try {
    yield* transform as AsyncIterable<Buffer>;
  } catch (error) {
    if (sourceError !== null) throw sourceError;
    throw new FormatError(
      `The ${what} data is damaged (${error instanceof Error ? error.message : "unknown"}).`,
    );
  } finally {
    input.destroy();
    transform.destroy();
  }
}
