import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type MultipartUpload,
} from "@aws-sdk/client-s3";
import type { S3Link } from "#lib/storage/family-s3/link";
import { objectPages } from "#lib/storage/family-s3/list";
import { markerContent, removeOwn } from "#lib/storage/family-s3/marker";
import { abortUpload } from "#lib/storage/family-s3/multipart";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";

/** An upload begins so long after its marker at the latest (ms): as long as a transfer is patient, twice. */
const BEGINS_WITHIN_MS = 600_000;
/** The service notes whole seconds. */
const GRAIN_MS = 2000;
const MAX_MARKER_BYTES = 4096;

/**
 * Ends the unfinished uploads behind old markers and removes the markers, and what else lies under our reserved
 * names. An upload that got a part within `olderThanMs` is alive and stays. Answers how many it removed.
 */
export async function sweepUploads(link: S3Link, olderThanMs: number): Promise<number> {
  const { prefix } = link.place;
  let removed = 0;
  for await (const page of objectPages(link, { Prefix: `${prefix}${PARTIAL_PREFIX}` })) {
    // Ages are told by the service's clock on both sides.
    const before = Date.now() + link.skewMs - olderThanMs;
    for (const { Key, LastModified, Size } of page.Contents ?? []) {
      if (Key === undefined || LastModified === undefined || LastModified.getTime() > before) continue;
      const target = (Size ?? 0) <= MAX_MARKER_BYTES ? await targetOf(link, Key) : null;
      if (target !== null && !(await endUploads(link, target, LastModified, before))) continue;
      await removeOwn(link, Key, undefined);
      removed += 1;
    }
  }
  return removed;
}

/** The key that a marker speaks of; null for what is no marker. */
async function targetOf(link: S3Link, key: string): Promise<string | null> {
  const text = await link.call(
    { permission: "s3:GetObject", path: "", signal: null },
    async (client, options) => {
      const answer = await client.send(
        new GetObjectCommand({ Bucket: link.place.bucket, Key: key }),
        options,
      );
      return answer.Body?.transformToString();
    },
  );
  try {
    const content = markerContent.safeParse(JSON.parse(text ?? ""));
    return content.success && content.data.key.startsWith(link.place.prefix) ? content.data.key : null;
  } catch {
    return null;
  }
}

/** False where one of them is still alive. */
async function endUploads(link: S3Link, key: string, marked: Date, before: number): Promise<boolean> {
  let allEnded = true;
  for (const { UploadId, Initiated } of await uploadsOf(link, key)) {
    const delay = (Initiated?.getTime() ?? 0) - marked.getTime();
    if (UploadId === undefined || delay < -GRAIN_MS || delay > BEGINS_WITHIN_MS) continue;
    if ((await lastPartAt(link, key, UploadId)) > before) allEnded = false;
    else await abortUpload({ link, path: key.slice(link.place.prefix.length), key }, UploadId);
  }
  return allEnded;
}

async function uploadsOf(link: S3Link, key: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  for (let more: { KeyMarker?: string; UploadIdMarker?: string } | null = {}; more !== null; ) {
    const input = { Bucket: link.place.bucket, Prefix: key, ...more };
    const page: ListMultipartUploadsCommandOutput = await link.call(
      { permission: "s3:ListBucketMultipartUploads", path: "", signal: null },
      (client, options) => client.send(new ListMultipartUploadsCommand(input), options),
    );
    found.push(...(page.Uploads ?? []).filter((upload) => upload.Key === key));
    more =
      page.IsTruncated === true && page.NextKeyMarker !== undefined
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker ?? "" }
        : null;
  }
  return found;
}

/** When the upload's newest part arrived (ms); 0 where it has none. */
async function lastPartAt(link: S3Link, key: string, uploadId: string): Promise<number> {
  let newest = 0;
  for (let after: string | undefined | null; after !== null; ) {
    const input = {
      Bucket: link.place.bucket,
      Key: key,
      UploadId: uploadId,
      ...(after !== undefined && { PartNumberMarker: after }),
    };
    const page: ListPartsCommandOutput = await link.call(
      { permission: "s3:ListMultipartUploadParts", path: "", signal: null },
      (client, options) => client.send(new ListPartsCommand(input), options),
    );
    for (const part of page.Parts ?? []) newest = Math.max(newest, part.LastModified?.getTime() ?? 0);
    after = page.IsTruncated === true ? (page.NextPartNumberMarker ?? null) : null;
  }
  return newest;
}
