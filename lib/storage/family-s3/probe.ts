import { randomUUID } from "node:crypto";
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Link } from "#lib/storage/family-s3/link";
import { listFolder } from "#lib/storage/family-s3/list";
import { removeOwn } from "#lib/storage/family-s3/marker";
import { checksumOf } from "#lib/storage/family-s3/parts";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { probeSteps } from "#lib/storage/probe-steps";
import { StorageError, type StorageProbe } from "#lib/storage/types";

/** A clock that differs by more spoils retention and locks, long before requests are refused at 15 minutes. */
const MAX_SKEW_MS = 180_000;
const TEXT = "probe";

/** Tries everything that a backup does, with one small object; nothing of it stays. */
export async function probeLink(link: S3Link, signal: AbortSignal): Promise<StorageProbe> {
  const { bucket, prefix } = link.place;
  const key = `${prefix}${PARTIAL_PREFIX}${randomUUID()}`;
  const renamed = `${key}-renamed`;
  const versions = new Map<string, string | undefined>();
  const call: (permission: string) => { permission: string; path: string; signal: AbortSignal } = (
    permission,
  ) => ({
    permission,
    path: "",
    signal,
  });
  const write = async () => {
    const Body = Buffer.from(TEXT);
    const input = { Bucket: bucket, Key: key, Body, ...checksumOf(link.place, Body) };
    const answer = await link.call(call("s3:PutObject"), (client, options) =>
      client.send(new PutObjectCommand(input), options),
    );
    versions.set(key, answer.VersionId);
    refuseSkew(link.skewMs);
  };
  const read = async () => {
    const found = await link.call(call("s3:GetObject"), async (client, options) => {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), options);
      return answer.Body?.transformToString();
    });
    if (found !== TEXT) throw new StorageError("permanent", "What was written does not come back the same.");
  };
  const rename = async () => {
    const input = { Bucket: bucket, Key: renamed, CopySource: `${bucket}/${encodeURI(key)}` };
    const answer = await link.call(call("s3:PutObject"), (client, options) =>
      client.send(new CopyObjectCommand(input), options),
    );
    versions.set(renamed, answer.VersionId);
    await remove(key);
  };
  const remove = async (name: string) => {
    await removeOwn(link, name, versions.get(name));
    versions.delete(name);
  };
  try {
    return await probeSteps(
      [
        ["write", write],
        ["read", read],
        ["list", () => listFolder(link, "", { limit: 1 })],
        ["rename", rename],
        ["delete", () => remove(renamed)],
      ],
      signal,
      async () => null,
    );
  } finally {
    // After a failed step; what cannot be removed now is the sweeper's.
    for (const [name, versionId] of versions) await removeOwn(link, name, versionId).catch(() => undefined);
  }
}

function refuseSkew(skewMs: number): void {
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const way = skewMs > 0 ? "behind" : "ahead of";
  throw new StorageError(
    "permanent",
    `This machine's clock is ${minutes} minutes ${way} the service's. Set the clock, for example by NTP.`,
  );
}
