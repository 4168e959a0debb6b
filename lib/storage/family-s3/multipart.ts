import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { S3Failure } from "#lib/storage/family-s3/failure";
import { Marker } from "#lib/storage/family-s3/marker";
import { type ObjectWrite, objectSettings, publish } from "#lib/storage/family-s3/object";
import { checksumOf, type Part } from "#lib/storage/family-s3/parts";
import { Patience, SHORT_PATIENCE } from "#lib/storage/patience";

/** Given to the socket at a time: with TLS it copies what it is given. */
const SEND_BYTES = 256 * 1024;

/** An upload that has begun; nothing is visible before `complete`. */
export class MultipartUpload {
  readonly #write: ObjectWrite;
  readonly #uploadId: string;
  readonly #marker: Marker;
  readonly #parts: CompletedPart[] = [];

  private constructor(write: ObjectWrite, uploadId: string, marker: Marker) {
    this.#write = write;
    this.#uploadId = uploadId;
    this.#marker = marker;
  }

  /** Where this fails, at most a marker stays, for the sweeper to look behind. */
  static async begin(write: ObjectWrite, patience: Patience, signal: AbortSignal): Promise<MultipartUpload> {
    const { link } = write;
    const input = {
      ...objectSettings(write),
      ...(link.place.keepsChecksums && { ChecksumAlgorithm: "CRC32" as const }),
    };
    const marker = await Marker.write(write, patience, signal);
    const answer = await patience.attempt((number) => {
      // The answer to the first may have been lost: what it began must stay known to the sweeper.
      if (number > 1) marker.keep();
      return link.call({ permission: "s3:PutObject", path: write.path, signal }, (client, options) =>
        client.send(new CreateMultipartUploadCommand(input), options),
      );
    });
    return new MultipartUpload(write, required(answer.UploadId, "UploadId", write.path), marker);
  }

  /** Sends one part, again and again until it is acknowledged. The last answer for a number counts. */
  async send(part: Part, patience: Patience, signal: AbortSignal): Promise<void> {
    const { link, path } = this.#write;
    const checksum = checksumOf(link.place, part.bytes);
    const answer = await patience.attempt(() =>
      link.call({ permission: "s3:PutObject", path, signal }, (client, options) =>
        client.send(
          new UploadPartCommand({
            ...this.#target(),
            PartNumber: part.number,
            Body: bodyOf(part.bytes),
            ContentLength: part.bytes.length,
            ...checksum,
          }),
          options,
        ),
      ),
    );
    this.#parts.push({
      PartNumber: part.number,
      ETag: required(answer.ETag, "ETag", path),
      ...(link.place.keepsChecksums && checksum),
    });
  }

  /** Takes a range of another object as a part; the bytes stay on the storage. */
  async copy(
    part: Pick<
      UploadPartCopyCommandInput,
      "PartNumber" | "CopySource" | "CopySourceIfMatch" | "CopySourceRange"
    >,
    patience: Patience,
    signal: AbortSignal,
  ): Promise<void> {
    const { link, path } = this.#write;
    const answer = await patience.attempt(() =>
      link.call({ permission: "s3:GetObject", path, signal }, (client, options) =>
        client.send(new UploadPartCopyCommand({ ...this.#target(), ...part }), options),
      ),
    );
    const result = required(answer.CopyPartResult, "CopyPartResult", path);
    this.#parts.push({
      PartNumber: part.PartNumber,
      ETag: required(result.ETag, "ETag", path),
      ...(result.ChecksumCRC32 !== undefined && { ChecksumCRC32: result.ChecksumCRC32 }),
    });
  }

  async complete(patience: Patience, signal: AbortSignal): Promise<void> {
    const { link, path } = this.#write;
    const Parts = this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    await patience.attempt(() =>
      publish(this.#write, signal, (condition) =>
        link.call({ permission: "s3:PutObject", path, signal }, (client, options) =>
          client.send(
            new CompleteMultipartUploadCommand({
              ...this.#target(),
              ...condition,
              MultipartUpload: { Parts },
            }),
            options,
          ),
        ),
      ),
    );
    await this.#marker.remove();
  }

  /** Takes back what was sent, as well as it goes: where the storage is away, the sweeper comes for the rest. */
  async takeBack(): Promise<void> {
    const patience = new Patience(SHORT_PATIENCE, null);
    try {
      await patience.attempt(() => abortUpload(this.#write, this.#uploadId));
      await this.#marker.remove();
    } catch {
      // The reason for which the upload failed is what the caller must hear.
    }
  }

  #target() {
    return { Bucket: this.#write.link.place.bucket, Key: this.#write.key, UploadId: this.#uploadId };
  }
}

/** Ends an unfinished upload; one that is gone already needs no more. */
export async function abortUpload(
  write: Pick<ObjectWrite, "link" | "path" | "key">,
  uploadId: string,
): Promise<void> {
  const { link, path, key } = write;
  const input = { Bucket: link.place.bucket, Key: key, UploadId: uploadId };
  try {
    await link.call({ permission: "s3:AbortMultipartUpload", path, signal: null }, (client, options) =>
      client.send(new AbortMultipartUploadCommand(input), options),
    );
  } catch (error) {
    if (!(error instanceof S3Failure) || error.code !== "NoSuchUpload") throw error;
  }
}

/** The bytes as a stream that can be sent piece by piece; made anew for each attempt. */
export function bodyOf(bytes: Buffer): Readable {
  let offset = 0;
  return new Readable({
    highWaterMark: SEND_BYTES,
    read() {
      const piece = bytes.subarray(offset, offset + SEND_BYTES);
      offset += piece.length;
      this.push(piece.length === 0 ? null : piece);
    },
  });
}

export function required<T>(value: T | undefined, name: string, path: string): T {
  if (value === undefined)
    throw new S3Failure("permanent", "InvalidAnswer", `The service answered without ${name} for ${path}.`);
  return value;
}
