import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { S3Link } from "#lib/storage/family-s3/link";
import type { ObjectWrite } from "#lib/storage/family-s3/object";
import { checksumOf } from "#lib/storage/family-s3/parts";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { Patience, SHORT_PATIENCE } from "#lib/storage/patience";

/** What a marker says: under which key an upload was about to begin. */
export const markerContent = z.object({ format: z.literal(1), key: z.string().min(1).max(1024) });

/**
 * A small object beside the storage's content that stands while a multipart upload runs. Listings of unfinished
 * uploads carry nothing of ours; by the marker the sweeper knows which of them are.
 */
export class Marker {
  readonly #link: S3Link;
  readonly #key: string;
  readonly #versionId: string | undefined;
  #isKept = false;

  private constructor(link: S3Link, key: string, versionId: string | undefined) {
    this.#link = link;
    this.#key = key;
    this.#versionId = versionId;
  }

  /** Written before the upload begins: a crash between the two leaves nothing unmarked. */
  static async write(write: ObjectWrite, patience: Patience, signal: AbortSignal): Promise<Marker> {
    const { link, path } = write;
    const key = `${link.place.prefix}${PARTIAL_PREFIX}${write.id}`;
    const Body = Buffer.from(JSON.stringify({ format: 1, key: write.key }));
    const input = { Bucket: link.place.bucket, Key: key, Body, ...checksumOf(link.place, Body) };
    const answer = await patience.attempt(() =>
      link.call({ permission: "s3:PutObject", path, signal }, (client, options) =>
        client.send(new PutObjectCommand(input), options),
      ),
    );
    return new Marker(link, key, answer.VersionId);
  }

  /** There may be an upload that nobody has heard of: the marker stays for the sweeper. */
  keep(): void {
    this.#isKept = true;
  }

  /** Best effort: a marker without an upload does no harm, and the sweeper comes for it. */
  async remove(): Promise<void> {
    if (this.#isKept) return;
    const patience = new Patience(SHORT_PATIENCE, null);
    await patience.attempt(() => removeOwn(this.#link, this.#key, this.#versionId)).catch(() => undefined);
  }
}

/** Removes a small object of ours for good. Where a lock forbids that, it is at least hidden. */
export async function removeOwn(link: S3Link, key: string, versionId: string | undefined): Promise<void> {
  const target = { Bucket: link.place.bucket, Key: key };
  const remove = (input: { Bucket: string; Key: string; VersionId?: string }) =>
    link.call({ permission: "s3:DeleteObject", path: "", signal: null }, (client, options) =>
      client.send(new DeleteObjectCommand(input), options),
    );
  if (versionId === undefined) await remove(target);
  else await remove({ ...target, VersionId: versionId }).catch(() => remove(target));
}
