import { randomUUID } from "node:crypto";
import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { AppError } from "#lib/core/errors";
import type { S3Link } from "#lib/storage/family-s3/link";
import { MultipartUpload } from "#lib/storage/family-s3/multipart";
import {
  copySource,
  headObject,
  type ObjectWrite,
  objectSettings,
  publish,
  refuseExisting,
} from "#lib/storage/family-s3/object";
import { Patience, type PatiencePolicy } from "#lib/storage/patience";

const GIB = 1024 ** 3;

/** The sizes at which copying changes; smaller in tests. */
export interface CopyShape {
  /** Larger objects are copied in parts: a request must be answered before its connection counts as dead. */
  readonly singleBytes: number;
  readonly partBytes: number;
}

export const COPY_SHAPE: CopyShape = { singleBytes: GIB, partBytes: GIB };

interface Source {
  /** `bucket/key`, encoded as the header wants it. */
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string;
  readonly sizeBytes: number;
}

/** Copies on the storage itself; no byte passes here. */
export async function copyObject(
  link: S3Link,
  paths: { readonly from: string; readonly to: string },
  options: { signal: AbortSignal; patience: PatiencePolicy; shape: CopyShape },
): Promise<void> {
  const { from, to } = paths;
  const { signal } = options;
  if (from === to) throw new AppError("INVALID_STORAGE_COPY", "A file cannot be copied onto itself.");
  const write = { link, path: to, key: link.key(to), id: randomUUID(), overwrite: false };
  const head = await headObject(link, from, signal);
  await refuseExisting(link, to, signal);
  const source = {
    CopySource: copySource(link, link.key(from)),
    ...(head.ETag !== undefined && { CopySourceIfMatch: head.ETag }),
    sizeBytes: head.ContentLength ?? 0,
  };
  const patience = new Patience(options.patience, signal);
  if (source.sizeBytes <= options.shape.singleBytes) await copyWhole(write, source, patience, signal);
  else await copyParts(write, source, options.shape.partBytes, patience, signal);
}

async function copyWhole(
  write: ObjectWrite,
  { CopySource, CopySourceIfMatch }: Source,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const { link, path } = write;
  const guard = CopySourceIfMatch === undefined ? {} : { CopySourceIfMatch };
  const settings = { ...objectSettings(write), MetadataDirective: "REPLACE" as const };
  await patience.attempt(() =>
    publish(write, signal, (condition) =>
      link.call({ permission: "s3:PutObject", path, signal }, (client, options) =>
        client.send(new CopyObjectCommand({ ...settings, ...guard, ...condition, CopySource }), options),
      ),
    ),
  );
}

async function copyParts(
  write: ObjectWrite,
  source: Source,
  partBytes: number,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const upload = await MultipartUpload.begin(write, patience, signal);
  try {
    // An object of 5 TiB has 5120 parts of 1 GiB.
    for (let start = 0, number = 1; start < source.sizeBytes; start += partBytes, number += 1) {
      const end = Math.min(start + partBytes, source.sizeBytes) - 1;
      const { sizeBytes: _, ...from } = source;
      await upload.copy(
        { ...from, PartNumber: number, CopySourceRange: `bytes=${start}-${end}` },
        patience,
        signal,
      );
    }
    await upload.complete(patience, signal);
  } catch (error) {
    await upload.takeBack();
    throw error;
  }
}
