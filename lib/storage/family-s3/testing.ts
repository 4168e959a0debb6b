import { createHash } from "node:crypto";
import type { S3Place } from "#lib/storage/family-s3/place";
import { S3Storage, type S3Tuning } from "#lib/storage/family-s3/storage";
import { TRANSFER_PATIENCE } from "#lib/storage/patience";

export const MIB = 1024 * 1024;
/** The smallest part that S3 takes. */
export const PART = 5 * MIB;

/** Small parts and short pauses, so that tests see everything of an upload with few bytes. */
export const TUNING: S3Tuning = {
  upload: { buffers: 3, partBytes: () => PART, directParts: 1000, stagedParts: 10 },
  copy: { singleBytes: PART, partBytes: PART },
  patience: { ...TRANSFER_PATIENCE, pauseMs: 5, maxPauseMs: 50 },
};

/** For tests: the adapter on a bucket of a test server, with `more` in its place. */
export function openTestStorage(
  bucket: { host: string; port: number; name: string; accessKey: string; secretKey: string },
  more: Partial<S3Place> = {},
  tuning: Partial<S3Tuning> = {},
): S3Storage {
  const place = {
    endpoint: `http://${bucket.host}:${bucket.port}`,
    region: "us-east-1",
    bucket: bucket.name,
    accessKeyId: bucket.accessKey,
    secretAccessKey: bucket.secretKey,
    pathStyle: true,
    certificates: null,
    checksum: "crc32",
    keepsChecksums: false,
    prefix: "",
    storageClass: null,
    lockDays: null,
    removesVersions: false,
  } as const;
  return new S3Storage("s3", { ...place, ...more }, { ...TUNING, ...tuning });
}

/** Numbered, so that a part that is missing, doubled or at another place changes the hash. */
export async function* numbered(
  bytes: number,
  meanwhile?: (sent: number) => Promise<void>,
): AsyncGenerator<Buffer> {
  const block = Buffer.alloc(MIB);
  for (let sent = 0; sent < bytes; sent += block.length) {
    for (let at = 0; at < block.length; at += 4096) block.writeUInt32LE(sent + at, at);
    await meanwhile?.(sent);
    yield block.subarray(0, Math.min(block.length, bytes - sent));
  }
}

export async function hashOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of source) hash.update(chunk);
  return hash.digest("hex");
}
