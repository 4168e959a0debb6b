import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { codeOf, S3Failure, s3Failure } from "#lib/storage/family-s3/failure";
import type { S3Link } from "#lib/storage/family-s3/link";
import { required } from "#lib/storage/family-s3/multipart";
import { Patience, type PatiencePolicy } from "#lib/storage/patience";

export interface ReadRange {
  readonly start?: number;
  /** Inclusive. */
  readonly end?: number;
}

interface Answer {
  readonly body: Readable;
  readonly etag: string | undefined;
  readonly sizeBytes: number;
}

const attempt = (path: string, signal: AbortSignal) => ({ permission: "s3:GetObject", path, signal });

/** The object's bytes. A connection that breaks is made anew and goes on behind the last byte received. */
export async function readObject(
  link: S3Link,
  path: string,
  range: ReadRange,
  options: { signal: AbortSignal; patience: PatiencePolicy },
): Promise<AsyncIterable<Uint8Array>> {
  const first = await ask(link, path, range, options.signal);
  return first === null ? Readable.from([]) : resuming(link, path, range, options, first);
}

/** Null where the range lies behind the object's end. */
async function ask(
  link: S3Link,
  path: string,
  { start = 0, end }: ReadRange,
  signal: AbortSignal,
  etag?: string,
): Promise<Answer | null> {
  const input = {
    Bucket: link.place.bucket,
    Key: link.key(path),
    ...((start > 0 || end !== undefined) && { Range: `bytes=${start}-${end ?? ""}` }),
    ...(etag !== undefined && { IfMatch: etag }),
  };
  try {
    const answer = await link.call(attempt(path, signal), (client, options) =>
      client.send(new GetObjectCommand(input), options),
    );
    const body = required(answer.Body, "a body", path);
    if (!(body instanceof Readable)) throw new TypeError("The SDK gave another kind of stream.");
    return { body, etag: answer.ETag, sizeBytes: required(answer.ContentLength, "Content-Length", path) };
  } catch (error) {
    if (codeOf(error) === "InvalidRange") return null;
    if (codeOf(error) !== "PreconditionFailed") throw error;
    const message = `${path} was changed by somebody else while it was read.`;
    throw new S3Failure("permanent", "PreconditionFailed", message, error);
  }
}

async function* resuming(
  link: S3Link,
  path: string,
  range: ReadRange,
  options: { signal: AbortSignal; patience: PatiencePolicy },
  first: Answer,
): AsyncGenerator<Uint8Array> {
  const { signal } = options;
  const patience = new Patience(options.patience, signal);
  let position = range.start ?? 0;
  const end = position + first.sizeBytes;
  for (let answer = first, failures = 0; ; ) {
    const { body } = answer;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        signal.throwIfAborted();
        position += chunk.byteLength;
        failures = 0;
        patience.progress();
        yield chunk;
      }
      signal.throwIfAborted();
      if (position >= end) return;
      throw new S3Failure("transient", "IncompleteBody", `The answer for ${path} ended too early.`);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      await patience.after(s3Failure(error, link.place, attempt(path, signal)), failures);
      const rest = { start: position, end: end - 1 };
      if (position >= end) return;
      // A patience of its own: only bytes are progress, not an answer that promises some.
      const again = new Patience(options.patience, signal);
      const next = await again.attempt(() => ask(link, path, rest, signal, first.etag));
      if (next === null)
        throw new S3Failure("permanent", "InvalidRange", `${path} became shorter while it was read.`);
      answer = next;
    } finally {
      // A reader that stops early must not leave the connection waiting.
      body.destroy();
    }
  }
}
