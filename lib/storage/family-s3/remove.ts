import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { S3Failure } from "#lib/storage/family-s3/failure";
import type { S3Link } from "#lib/storage/family-s3/link";
import { objectPages } from "#lib/storage/family-s3/list";

/** Objects that one request may name. */
const BATCH = 1000;

/** Removes a file, or all that lies in a folder. What cannot be removed is an error that names the first. */
export async function removeTree(link: S3Link, path: string): Promise<void> {
  const key = link.key(path);
  const { removesVersions } = link.place;
  for await (const batch of removesVersions ? versionsOf(link, key) : objectsOf(link, key)) {
    for (let at = 0; at < batch.length; at += BATCH)
      await removeBatch(link, path, batch.slice(at, at + BATCH));
  }
}

async function* objectsOf(link: S3Link, key: string): AsyncGenerator<ObjectIdentifier[]> {
  yield [{ Key: key }];
  for await (const page of objectPages(link, { Prefix: `${key}/` })) {
    yield (page.Contents ?? []).map(({ Key = "" }) => ({ Key }));
  }
}

/** Every version, also hidden ones and the marks that hide them. */
async function* versionsOf(link: S3Link, key: string): AsyncGenerator<ObjectIdentifier[]> {
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const input = { Bucket: link.place.bucket, Prefix: key, ...markers };
    const page: ListObjectVersionsCommandOutput = await link.call(
      { permission: "s3:ListBucketVersions", path: "", signal: null },
      (client, options) => client.send(new ListObjectVersionsCommand(input), options),
    );
    yield [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ Key = "", VersionId }) =>
      Key === key || Key.startsWith(`${key}/`)
        ? [{ Key, ...(VersionId !== undefined && { VersionId }) }]
        : [],
    );
    if (page.IsTruncated !== true) return;
    markers = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

async function removeBatch(link: S3Link, path: string, Objects: ObjectIdentifier[]): Promise<void> {
  if (Objects.length === 0) return;
  const answer = await link.call({ permission: "s3:DeleteObject", path, signal: null }, (client, options) =>
    client.send(
      new DeleteObjectsCommand({ Bucket: link.place.bucket, Delete: { Objects, Quiet: true } }),
      options,
    ),
  );
  const [refused] = (answer.Errors ?? []).filter((error) => error.Code !== "NoSuchKey");
  if (refused === undefined) return;
  const name = (refused.Key ?? "").slice(link.place.prefix.length);
  const code = refused.Code ?? "Unknown";
  const passing = ["InternalError", "SlowDown", "ServiceUnavailable"].includes(code);
  const lockedUntil = await lockOf(link, refused.Key ?? "", refused.VersionId);
  const why =
    lockedUntil === null
      ? `${(refused.Message ?? "no reason given").replace(/\.?$/, ".")} (${code})`
      : `Object Lock protects it until ${lockedUntil.toISOString().slice(0, 10)}.`;
  throw new S3Failure(passing ? "transient" : "permanent", code, `${name} cannot be removed: ${why}`);
}

/** Until when the object is locked; null where it is not, or nobody tells. */
async function lockOf(link: S3Link, key: string, versionId: string | undefined): Promise<Date | null> {
  const input = {
    Bucket: link.place.bucket,
    Key: key,
    ...(versionId !== undefined && { VersionId: versionId }),
  };
  try {
    const head = await link.call({ permission: "s3:GetObject", path: "", signal: null }, (client, options) =>
      client.send(new HeadObjectCommand(input), options),
    );
    const until = head.ObjectLockRetainUntilDate;
    return until !== undefined && until.getTime() > Date.now() ? until : null;
  } catch {
    // The refusal itself is told in any case.
    return null;
  }
}
