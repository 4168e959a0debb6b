import {
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { codeOf, S3Failure } from "#lib/storage/family-s3/failure";
import type { S3Link } from "#lib/storage/family-s3/link";
import { StorageError } from "#lib/storage/types";

const DAY_MS = 86_400_000;
/** Name of the metadata in which every object keeps the id of the write that made it. */
const WRITE_ID = "dg-write";

/** One write of one object: what all its requests share. */
export interface ObjectWrite {
  readonly link: S3Link;
  readonly path: string;
  readonly key: string;
  /** Kept with the object, so that a lost answer can be told from somebody else's object. */
  readonly id: string;
  readonly overwrite: boolean;
  /** A step on the way to another object: neither locked nor in a class of its own. */
  readonly isTemporary?: boolean;
}

/** What goes with every object that is put or copied. */
export function objectSettings(
  write: ObjectWrite,
): Pick<
  PutObjectCommandInput,
  "Bucket" | "Key" | "Metadata" | "StorageClass" | "ObjectLockMode" | "ObjectLockRetainUntilDate"
> {
  const { bucket, ...place } = write.link.place;
  const { storageClass, lockDays } = write.isTemporary ? { storageClass: null, lockDays: null } : place;
  return {
    Bucket: bucket,
    Key: write.key,
    Metadata: { [WRITE_ID]: write.id },
    ...(storageClass !== null && {
      StorageClass: storageClass as NonNullable<PutObjectCommandInput["StorageClass"]>,
    }),
    ...(lockDays !== null && {
      ObjectLockMode: "COMPLIANCE" as const,
      ObjectLockRetainUntilDate: new Date(Date.now() + lockDays * DAY_MS),
    }),
  };
}

/** A key of the bucket as the header wants it that names what to copy. */
export function copySource(link: S3Link, key: string): string {
  return `${link.place.bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** The object's facts. Not found is certain: the bucket is there. */
export async function headObject(
  link: S3Link,
  path: string,
  signal: AbortSignal | null,
): Promise<HeadObjectCommandOutput> {
  const head = await headOrNull(link, path, signal);
  if (head !== null) return head;
  await askForReason(link, path, signal);
  throw new StorageError(
    "not-found",
    `There is no ${path} in ${link.place.bucket} at ${link.place.endpoint}.`,
  );
}

/** The object's facts, or null where there is none (or no bucket, which a HEAD cannot tell). */
export async function headOrNull(
  link: S3Link,
  path: string,
  signal: AbortSignal | null,
): Promise<HeadObjectCommandOutput | null> {
  const input = { Bucket: link.place.bucket, Key: link.key(path) };
  try {
    return await link.call({ permission: "s3:GetObject", path, signal }, (client, options) =>
      client.send(new HeadObjectCommand(input), options),
    );
  } catch (error) {
    if (!(error instanceof StorageError) || error.fault === "transient") throw error;
    if (error.fault === "not-found") return null;
    await askForReason(link, path, signal);
    throw error;
  }
}

/** The answer to a HEAD has no body to say why: another request is refused for the same reason, in words. */
async function askForReason(link: S3Link, path: string, signal: AbortSignal | null): Promise<void> {
  const input = { Bucket: link.place.bucket, Prefix: link.key(path), MaxKeys: 1 };
  await link.call({ permission: "s3:ListBucket", path, signal }, (client, options) =>
    client.send(new ListObjectsV2Command(input), options),
  );
}

export const alreadyThere = (path: string) =>
  new StorageError("permanent", `${path} is already there and is not overwritten.`);

/** Rejects where something lies under the path already. */
export async function refuseExisting(link: S3Link, path: string, signal: AbortSignal): Promise<void> {
  if ((await headOrNull(link, path, signal)) !== null) throw alreadyThere(path);
}

/** Some services name the header that they do not know, others only say that something is not implemented. */
function refusesCondition(error: unknown): boolean {
  if (!(error instanceof S3Failure)) return false;
  return (
    error.code === "NotImplemented" ||
    (error.code === "InvalidArgument" && /if-none-match/i.test(error.message))
  );
}

/**
 * The request that makes the object visible. Its answer may have been lost and the object be there all the
 * same: then a refused repetition is a success. Services without conditional writes are asked without.
 */
export async function publish(
  write: ObjectWrite,
  signal: AbortSignal,
  send: (condition: { IfNoneMatch?: "*" }) => Promise<unknown>,
): Promise<void> {
  const { link, overwrite, path } = write;
  try {
    await send(overwrite || !link.conditional ? {} : { IfNoneMatch: "*" });
  } catch (error) {
    const code = codeOf(error);
    if (link.conditional && !overwrite && refusesCondition(error)) {
      link.conditional = false;
      return publish(write, signal, send);
    }
    if (code !== "PreconditionFailed" && code !== "NoSuchUpload") throw error;
    const found = await headOrNull(link, path, signal);
    if (found?.Metadata?.[WRITE_ID] === write.id) return;
    throw code === "PreconditionFailed" ? alreadyThere(path) : error;
  }
}
