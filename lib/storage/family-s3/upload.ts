import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Link } from "#lib/storage/family-s3/link";
import { bodyOf, MultipartUpload } from "#lib/storage/family-s3/multipart";
import { type ObjectWrite, objectSettings, publish, refuseExisting } from "#lib/storage/family-s3/object";
import { checksumOf, endable, fillParts, type Part, PartBuffers } from "#lib/storage/family-s3/parts";
import { Stage } from "#lib/storage/family-s3/stage";
import { Patience, type PatiencePolicy } from "#lib/storage/patience";

const MIB = 1024 * 1024;

/** How an object of unknown length is cut. */
export interface UploadShape {
  /** Parts in memory at once: one is filled while the others are on their way. */
  readonly buffers: number;
  /** Bytes of the part with this number (from 1). */
  readonly partBytes: (number: number) => number;
  /** Parts that are sent as such. Of those behind them, `stagedParts` at a time become one on the storage. */
  readonly directParts: number;
  readonly stagedParts: number;
}

/**
 * Each part lies in memory until it is acknowledged, and an upload has 10,000 at most. 6 MiB parts, later 8,
 * reach 60 GiB; behind that, 2000 parts of 2.5 GiB are gathered on the storage: 5 TiB in 24 MiB of memory.
 */
export const UPLOAD_SHAPE: UploadShape = {
  buffers: 3,
  partBytes: (number) => (number <= 1000 ? 6 : 8) * MIB,
  directParts: 8000,
  stagedParts: 320,
};

export interface UploadOptions {
  readonly signal: AbortSignal;
  readonly overwrite: boolean;
  readonly shape: UploadShape;
  readonly patience: PatiencePolicy;
}

/** Puts a whole object or nothing. Answers its bytes. */
export async function uploadObject(
  link: S3Link,
  path: string,
  source: AsyncIterable<Uint8Array>,
  options: UploadOptions,
): Promise<number> {
  const write = { link, path, key: link.key(path), id: randomUUID(), overwrite: options.overwrite };
  if (!options.overwrite) await refuseExisting(link, path, options.signal);
  return new Upload(write, options).run(source);
}

class Upload {
  readonly #write: ObjectWrite;
  readonly #options: UploadOptions;
  readonly #broken = new AbortController();
  /** Ends by the caller's abort, or when a part has failed for good. */
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  readonly #buffers: PartBuffers;
  readonly #running = new Set<Promise<void>>();
  #sizeBytes = 0;
  #upload: MultipartUpload | null = null;
  #stage: Stage | null = null;

  constructor(write: ObjectWrite, options: UploadOptions) {
    this.#write = write;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#broken.signal]);
    this.#patience = new Patience(options.patience, this.#signal);
    this.#buffers = new PartBuffers(options.shape.buffers);
  }

  async run(source: AsyncIterable<Uint8Array>): Promise<number> {
    try {
      const parts = fillParts(endable(source, this.#signal), this.#buffers, this.#options.shape.partBytes);
      for await (const part of parts) {
        this.#signal.throwIfAborted();
        this.#sizeBytes += part.bytes.length;
        if (part.isWhole) await this.#putWhole(part);
        else await this.#sendPart(part);
      }
      if (this.#upload !== null) {
        await this.#settled();
        if (this.#stage) await this.#finishStage(this.#upload, this.#stage);
        await this.#upload.complete(this.#patience, this.#signal);
      }
      return this.#sizeBytes;
    } catch (error) {
      // The first to fail names the reason; the others only hear that it is over.
      const reason = this.#signal.aborted ? this.#signal.reason : error;
      this.#broken.abort(reason);
      await Promise.allSettled(this.#running);
      await this.#stage?.takeBack();
      await this.#upload?.takeBack();
      throw reason;
    }
  }

  async #putWhole(part: Part): Promise<void> {
    const { link, path } = this.#write;
    const checksum = checksumOf(link.place, part.bytes);
    const signal = this.#signal;
    await this.#patience.attempt(() =>
      publish(this.#write, signal, (condition) =>
        link.call({ permission: "s3:PutObject", path, signal }, (client, options) =>
          client.send(
            new PutObjectCommand({
              ...objectSettings(this.#write),
              ...condition,
              ...checksum,
              Body: bodyOf(part.bytes),
              ContentLength: part.bytes.length,
            }),
            options,
          ),
        ),
      ),
    );
  }

  async #sendPart(part: Part): Promise<void> {
    const { directParts, stagedParts } = this.#options.shape;
    this.#upload ??= await MultipartUpload.begin(this.#write, this.#patience, this.#signal);
    const staged = part.number - directParts - 1;
    if (staged < 0) return this.#start(this.#upload, part);
    if (staged % stagedParts === 0) {
      await this.#settled();
      if (this.#stage) await this.#finishStage(this.#upload, this.#stage);
      const number = directParts + 1 + staged / stagedParts;
      this.#stage = await Stage.begin(this.#write, number, this.#patience, this.#signal);
    }
    if (this.#stage) this.#start(this.#stage.upload, { ...part, number: (staged % stagedParts) + 1 });
  }

  async #finishStage(upload: MultipartUpload, stage: Stage): Promise<void> {
    await stage.become(upload, this.#patience, this.#signal);
    this.#stage = null;
  }

  /** Waits for the parts that are on their way. */
  async #settled(): Promise<void> {
    await Promise.all(this.#running);
    this.#signal.throwIfAborted();
  }

  #start(upload: MultipartUpload, part: Part): void {
    const sending = upload
      .send(part, this.#patience, this.#signal)
      .catch((error: unknown) => this.#broken.abort(error))
      .finally(() => {
        this.#running.delete(sending);
        this.#buffers.release(part.bytes);
      });
    this.#running.add(sending);
  }
}
