import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createBucket } from "#e2e/servers/minio-bucket";
import { until } from "#e2e/servers/until";
import { hashOf, MIB, numbered, openTestStorage, PART } from "#lib/storage/family-s3/testing";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";

const url = process.env.TEST_MINIO_URL;
const signal = new AbortController().signal;
/** How long a marker stands before the next part arrives. */
const MARKER_AGE_MS = 2500;

/** An upload of which a few parts have arrived, and whose process does nothing any more. */
async function stuck(bucket: Awaited<ReturnType<typeof createBucket>>, path: string) {
  const adapter = openTestStorage(bucket);
  const abort = new AbortController();
  const waiting = Promise.withResolvers<void>();
  const wake = Promise.withResolvers<void>();
  const source = numbered(20 * MIB, async (sent) => {
    if (sent !== 12 * MIB) return;
    waiting.resolve();
    await wake.promise;
  });
  const put = adapter.put(path, source, { signal: abort.signal });
  put.catch(() => undefined);
  await waiting.promise;
  const end = async () => {
    abort.abort(new Error("the process ends"));
    await expect(put).rejects.toThrow();
    await adapter.close();
  };
  return { put, wake: () => wake.resolve(), end };
}

describe.skipIf(url === undefined)("TEST_MINIO_URL (install Go, which builds MinIO, or minio)", () => {
  it("sweeps what dead uploads left, old enough, and nothing that is not ours", async () => {
    const bucket = await createBucket(url ?? "");
    const foreign = { Bucket: bucket.name, Key: "a/foreign" };
    await bucket.client.send(new CreateMultipartUploadCommand(foreign));
    for (const Key of ["dg-partial-other", "a/.dg-partial-not-ours", "keep"]) {
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: "x" }));
    }
    const others = await bucket.everything();
    const dead = await stuck(bucket, "a/dead");
    const adapter = openTestStorage(bucket);
    expect(await bucket.everything()).toHaveLength(others.length + 2);
    expect(await adapter.sweep(3_600_000)).toBe(0);
    expect(await bucket.everything()).toHaveLength(others.length + 2);
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual([
      "a",
      "dg-partial-other",
      "keep",
    ]);
    await until("its last part is old", async () => (await adapter.sweep(0)) === 1);
    expect(await bucket.everything()).toEqual(others);
    dead.wake();
    await expect(dead.put).rejects.toThrow("The upload was ended by somebody else");
    expect(await bucket.everything()).toEqual(others);
    await adapter.close();
  });

  it("lets a long upload live as long as parts arrive", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = openTestStorage(bucket);
    const at = { Bucket: bucket.name, Prefix: PARTIAL_PREFIX };
    const markedAt = async () => {
      const { Contents } = await bucket.client.send(new ListObjectsV2Command(at));
      return Contents?.[0]?.LastModified?.getTime() ?? Number.NaN;
    };
    const newestPartAt = async () => {
      const { Uploads } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
      const upload = { Bucket: bucket.name, Key: "long", UploadId: Uploads?.[0]?.UploadId };
      const { Parts } = await bucket.client.send(new ListPartsCommand(upload));
      return Math.max(...(Parts ?? []).map((part) => part.LastModified?.getTime() ?? 0));
    };
    const source = numbered(4 * PART, async (sent) => {
      if (sent === PART + MIB)
        await until("the marker is old", async () => Date.now() - (await markedAt()) > MARKER_AGE_MS);
      if (sent !== 3 * PART) return;
      const marked = await markedAt();
      await until("a later part has arrived", async () => (await newestPartAt()) - marked > MARKER_AGE_MS);
      // Older than the limit is the marker; the newest part is not, by far.
      expect(await adapter.sweep(Date.now() - marked - MARKER_AGE_MS / 10)).toBe(0);
    });
    await adapter.put("long", source, { signal });
    expect(await hashOf(await adapter.get("long", { signal }))).toBe(await hashOf(numbered(4 * PART)));
    expect(await bucket.everything()).toEqual(["long"]);
    await adapter.close();
  });

  it("locks what it puts, and says until when it cannot be removed", async () => {
    const bucket = await createBucket(url ?? "", { lock: true });
    const adapter = openTestStorage(bucket, { lockDays: 2, removesVersions: true, checksum: "md5" });
    await adapter.put("a/small", numbered(10), { signal });
    await adapter.put("a/large", numbered(PART + 1), { signal });
    await adapter.copy("a/large", "a/copy", { signal });
    for (const Key of ["a/small", "a/large", "a/copy"]) {
      const head = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
      expect(head.ObjectLockMode).toBe("COMPLIANCE");
      const days = ((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(1.9);
    }
    for (const path of ["a/small", "a"]) {
      await expect(adapter.remove(path)).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
      await expect(adapter.remove(path)).rejects.toThrow(
        /a\/.* cannot be removed: Object Lock protects it until 20\d\d-/,
      );
    }
    expect((await adapter.probe({ signal })).ok).toBe(true);
    expect(await bucket.everything()).toEqual(["a/copy", "a/large", "a/small"]);
    await adapter.close();
  });

  it("says that a bucket has no Object Lock", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = openTestStorage(bucket, { lockDays: 2, removesVersions: true });
    await expect(adapter.put("x", numbered(10), { signal })).rejects.toThrow(/ObjectLock/);
    expect(await bucket.everything()).toEqual([]);
    await adapter.close();
  });
});
