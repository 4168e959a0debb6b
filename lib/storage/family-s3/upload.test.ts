import { afterEach, describe, expect, it } from "vitest";
import { createBucket, type TestBucket } from "#e2e/servers/minio-bucket";
import { startTcpProxy } from "#e2e/servers/tcp-proxy";
import type { S3Storage, S3Tuning } from "#lib/storage/family-s3/storage";
import { hashOf, MIB, numbered, openTestStorage, PART, TUNING } from "#lib/storage/family-s3/testing";

const url = process.env.TEST_MINIO_URL;
const signal = new AbortController().signal;
const TO_CLOSE: { close(): Promise<void> }[] = [];

function storage(bucket: TestBucket, port = bucket.port, tuning: Partial<S3Tuning> = {}): S3Storage {
  const adapter = openTestStorage(bucket, { endpoint: `http://127.0.0.1:${port}` }, tuning);
  TO_CLOSE.push(adapter);
  return adapter;
}

async function expectWhole(bucket: TestBucket, path: string, bytes: number): Promise<void> {
  const found = await storage(bucket).get(path, { signal });
  expect(await hashOf(found)).toBe(await hashOf(numbered(bytes)));
  expect(await bucket.everything()).toEqual([path]);
}

describe.skipIf(url === undefined)("TEST_MINIO_URL (install Go, which builds MinIO, or minio)", () => {
  afterEach(async () => {
    for (const item of TO_CLOSE.splice(0)) await item.close();
  });

  it("lets one of two uploads in parts win", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = storage(bucket);
    const outcomes = await Promise.allSettled(
      [1, 2].map((extra) => adapter.put("x", numbered(2 * PART + extra), { signal })),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await bucket.everything()).toEqual(["x"]);
  });

  it("leaves nothing of an upload in parts that is aborted, or whose source breaks or hangs", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = storage(bucket);
    const abort = new AbortController();
    const aborting = numbered(30 * MIB, async (sent) => {
      if (sent === 20 * MIB) abort.abort(new Error("stop it"));
    });
    await expect(adapter.put("x", aborting, { signal: abort.signal })).rejects.toThrow("stop it");
    const breaking = numbered(30 * MIB, async (sent) => {
      if (sent === 20 * MIB) throw new Error("source broke");
    });
    await expect(adapter.put("x", breaking, { signal })).rejects.toThrow("source broke");
    const late = new AbortController();
    const hanging = numbered(30 * MIB, async (sent) => {
      if (sent !== 20 * MIB) return;
      queueMicrotask(() => late.abort(new Error("enough waited")));
      await new Promise(() => undefined);
    });
    await expect(adapter.put("x", hanging, { signal: late.signal })).rejects.toThrow("enough waited");
    expect(await bucket.everything()).toEqual([]);
  });

  it("copies what is too large for one request in parts", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = storage(bucket);
    const size = 3 * PART + 5;
    await adapter.put("from", numbered(size), { signal });
    await adapter.copy("from", "to", { signal });
    await adapter.remove("from");
    await expectWhole(bucket, "to", size);
  });

  it.each([
    ["a whole number of groups", 8 * PART],
    ["a last group that is not full", 7 * PART + 1],
    ["direct parts only", 2 * PART],
  ])("gathers late parts on the storage: %s", async (_, size) => {
    const bucket = await createBucket(url ?? "");
    const proxy = await startTcpProxy({ port: bucket.port });
    TO_CLOSE.unshift(proxy);
    const upload = { ...TUNING.upload, directParts: 2, stagedParts: 3 };
    const adapter = storage(bucket, proxy.port, { upload });
    proxy.resetAfter(6 * MIB, "up", 3);
    await adapter.put("x", numbered(size), { signal });
    // Where the beginning of an upload may have gone unheard, its marker stays, for the sweeper.
    await storage(bucket).sweep(0);
    await expectWhole(bucket, "x", size);
    const breaking = numbered(size, async (sent) => {
      if (sent >= size - 2 * MIB) throw new Error("source broke");
    });
    await expect(adapter.put("y", breaking, { signal })).rejects.toThrow("source broke");
    expect(await bucket.everything()).toEqual(["x"]);
  });

  it("keeps its memory flat", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = storage(bucket);
    let peak = 0;
    const source = numbered(200 * MIB, async () => {
      const { arrayBuffers } = process.memoryUsage();
      peak = Math.max(peak, arrayBuffers);
    });
    globalThis.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    await adapter.put("x", source, { signal });
    expect(peak - before).toBeLessThan(TUNING.upload.buffers * PART + 25 * MIB);
  });
});
