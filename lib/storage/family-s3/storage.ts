import { COPY_SHAPE, type CopyShape, copyObject } from "#lib/storage/family-s3/copy";
import { S3Link } from "#lib/storage/family-s3/link";
import { listFolder } from "#lib/storage/family-s3/list";
import { headObject } from "#lib/storage/family-s3/object";
import type { S3Place } from "#lib/storage/family-s3/place";
import { probeLink } from "#lib/storage/family-s3/probe";
import { readObject } from "#lib/storage/family-s3/read";
import { removeTree } from "#lib/storage/family-s3/remove";
import { sweepUploads } from "#lib/storage/family-s3/sweep";
import { UPLOAD_SHAPE, type UploadShape, uploadObject } from "#lib/storage/family-s3/upload";
import { type PatiencePolicy, TRANSFER_PATIENCE } from "#lib/storage/patience";
import type {
  StorageAdapter,
  StoragePage,
  StorageProbe,
  StorageStat,
  StorageType,
  StoredFile,
} from "#lib/storage/types";

/** What tests set smaller. */
export interface S3Tuning {
  readonly upload: UploadShape;
  readonly copy: CopyShape;
  readonly patience: PatiencePolicy;
}

const TUNING: S3Tuning = { upload: UPLOAD_SHAPE, copy: COPY_SHAPE, patience: TRANSFER_PATIENCE };

type Signalled = { readonly signal: AbortSignal };

/**
 * One bucket, or one folder in it. An object becomes visible whole or not at all by the service's own promise.
 * Transfers that have begun hold out through an outage here, because their bytes cannot be asked for twice; the
 * short calls are tried again by `withRetry`.
 */
export class S3Storage implements StorageAdapter {
  readonly type: StorageType;
  readonly #link: S3Link;
  readonly #tuning: S3Tuning;

  constructor(type: StorageType, place: S3Place, tuning: Partial<S3Tuning> = {}) {
    this.type = type;
    this.#link = new S3Link(place);
    this.#tuning = { ...TUNING, ...tuning };
  }

  async put(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: Signalled & { overwrite?: boolean },
  ): Promise<StoredFile> {
    const { upload: shape, patience } = this.#tuning;
    const overwrite = options.overwrite === true;
    const { signal } = options;
    const sizeBytes = await uploadObject(this.#link, path, bytes, { signal, overwrite, shape, patience });
    // Every part went with a checksum that the server compared before it answered.
    return { sizeBytes, check: { kind: "confirmed" } };
  }

  async get(
    path: string,
    options: Signalled & { start?: number; end?: number },
  ): Promise<AsyncIterable<Uint8Array>> {
    const { patience } = this.#tuning;
    return readObject(this.#link, path, options, { signal: options.signal, patience });
  }

  async stat(path: string): Promise<StorageStat> {
    const head = await headObject(this.#link, path, null);
    return {
      path,
      sizeBytes: head.ContentLength ?? 0,
      modifiedAt: head.LastModified ?? new Date(0),
    };
  }

  async list(path: string, options: { cursor?: string; limit?: number } = {}): Promise<StoragePage> {
    return listFolder(this.#link, path, options);
  }

  async remove(path: string): Promise<void> {
    await removeTree(this.#link, path);
  }

  async copy(from: string, to: string, options: Signalled): Promise<void> {
    const { copy: shape, patience } = this.#tuning;
    await copyObject(this.#link, { from, to }, { signal: options.signal, shape, patience });
  }

  async probe(options: Signalled): Promise<StorageProbe> {
    return probeLink(this.#link, options.signal);
  }

  async sweep(olderThanMs: number): Promise<number> {
    return sweepUploads(this.#link, olderThanMs);
  }

  async close(): Promise<void> {
    this.#link.close();
  }
}
