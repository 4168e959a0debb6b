import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type HttpProxy, s3Error, startHttpProxy } from "#e2e/servers/http-proxy";
import { type MinioServer, startMinio } from "#e2e/servers/minio";
import { createBucket, type TestBucket } from "#e2e/servers/minio-bucket";
import { startTcpProxy, type TcpProxy } from "#e2e/servers/tcp-proxy";
import type { S3Storage, S3Tuning } from "#lib/storage/family-s3/storage";
import { hashOf, MIB, numbered, openTestStorage, PART, TUNING } from "#lib/storage/family-s3/testing";

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

/** Where the beginning of an upload may have gone unheard, its marker stays, for the sweeper. */
async function sweepAll(bucket: TestBucket): Promise<void> {
  await storage(bucket).sweep(0);
}

describe.skipIf(!process.env.TEST_MINIO_URL)("outages (install Go, which builds MinIO, or minio)", () => {
  let directory: string;
  let server: MinioServer;
  let bucket: TestBucket;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dg-s3-outage-"));
    const started = await startMinio(directory);
    if (started === null) throw new Error("MinIO does not start.");
    server = started;
  });
  afterEach(async () => {
    for (const item of TO_CLOSE.splice(0)) await item.close();
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const fresh = async () => {
    bucket = await createBucket(server.url);
    return bucket;
  };
  const behindTcp = async (): Promise<TcpProxy> => {
    const proxy = await startTcpProxy({ port: server.port });
    TO_CLOSE.unshift(proxy);
    return proxy;
  };
  const behindHttp = async (): Promise<HttpProxy> => {
    const proxy = await startHttpProxy(server.port);
    TO_CLOSE.unshift(proxy);
    return proxy;
  };

  it("goes on where it was after the server had died and come back", async () => {
    const adapter = storage(await fresh());
    const size = 100 * MIB;
    let back: Promise<void> | null = null;
    const source = numbered(size, async (sent) => {
      if (sent !== 40 * MIB) return;
      await server.kill();
      back = new Promise((resolve) => setTimeout(resolve, 2000)).then(() => server.restart());
    });
    expect(await adapter.put("a/big", source, { signal })).toMatchObject({ sizeBytes: size });
    await back;
    await expectWhole(bucket, "a/big", size);
  });

  it("survives a connection that breaks, at whichever byte", async () => {
    await fresh();
    const proxy = await behindTcp();
    const adapter = storage(bucket, proxy.port);
    const size = 2 * PART + 1000;
    for (let i = 0; i < 20; i += 1) {
      const at = i < 5 ? 10 ** i : Math.floor((size / 15) * (i - 4));
      proxy.resetAfter(at);
      await adapter.put("x", numbered(size), { signal, overwrite: true });
      const found = await storage(bucket).get("x", { signal });
      expect(await hashOf(found), `reset at ${at}`).toBe(await hashOf(numbered(size)));
    }
    proxy.resetAfter(10 * MIB, "up", 5);
    await adapter.put("x", numbered(12 * PART), { signal, overwrite: true });
    await sweepAll(bucket);
    await expectWhole(bucket, "x", 12 * PART);
  });

  it("survives answers that break, also while it reads", async () => {
    await fresh();
    const proxy = await behindTcp();
    const adapter = storage(bucket, proxy.port);
    const size = 20 * MIB;
    proxy.resetAfter(100, "down", 3);
    await adapter.put("x", numbered(size), { signal, overwrite: true });
    proxy.resetAfter(3 * MIB, "down", 6);
    expect(await hashOf(await adapter.get("x", { signal }))).toBe(await hashOf(numbered(size)));
    proxy.resetAfter(MIB, "down", 1);
    const range = await adapter.get("x", { signal, start: 4096, end: 4 * MIB });
    let received = 0;
    for await (const chunk of range) received += chunk.byteLength;
    expect(received).toBe(4 * MIB - 4096 + 1);
    await expectWhole(bucket, "x", size);
  });

  it("notices an object that changed while it was read", async () => {
    await fresh();
    const proxy = await behindTcp();
    const adapter = storage(bucket, proxy.port);
    await adapter.put("x", numbered(20 * MIB), { signal });
    const reading = async () => {
      for await (const _ of await adapter.get("x", { signal })) {
        if (proxy.carried.down < 6 * MIB) continue;
        // The other way round the server would let the writer wait for the reader.
        proxy.cut();
        await storage(bucket).put("x", numbered(20 * MIB - 1), { signal, overwrite: true });
      }
    };
    await expect(reading()).rejects.toThrow("x was changed by somebody else while it was read.");
  });

  it.each([
    ["500", 500, "InternalError"],
    ["SlowDown", 503, "SlowDown"],
    ["a damaged part", 400, "BadDigest"],
    ["a gateway without S3", 502, "BadGateway"],
  ])("waits out %s", async (_, status, code) => {
    await fresh();
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port);
    const left = new Map<string, number>();
    proxy.decide = (method, url) => {
      if (method === "HEAD") return { kind: "pass" };
      const request = `${method} ${url.replace(/uploadId=[^&]*/, "")}`;
      const refusals = left.get(request) ?? 2;
      left.set(request, refusals - 1);
      return refusals > 0 ? { kind: "answer", status, body: s3Error(code) } : { kind: "pass" };
    };
    await adapter.put("x", numbered(3 * PART + 1), { signal });
    await adapter.put("small", numbered(1000), { signal });
    await storage(bucket).remove("small");
    await sweepAll(bucket);
    await expectWhole(bucket, "x", 3 * PART + 1);
  });

  it.each([
    ["a small object", 1000, /^PUT .*\/x(\?x-id=PutObject)?$/],
    ["the beginning of an upload", 2 * PART + 1, /^POST .*\?uploads/],
    ["a part", 2 * PART + 1, /^PUT .*partNumber=2/],
    ["the end of an upload", 2 * PART + 1, /^POST .*uploadId=/],
  ])("loses the answer for %s and succeeds all the same", async (what, size, pattern) => {
    await fresh();
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port);
    let lost = 0;
    proxy.decide = (method, url) => {
      if (lost > 0 || !pattern.test(`${method} ${url}`)) return { kind: "pass" };
      lost += 1;
      return { kind: "lose" };
    };
    await adapter.put("x", numbered(size), { signal });
    expect(lost).toBe(1);
    if (what === "the beginning of an upload") {
      // Nobody heard of the upload that began first; its marker is still there.
      expect(await bucket.everything()).toEqual([
        expect.stringMatching(/^\.dg-partial-/),
        "x",
        "x (unfinished)",
      ]);
      expect(await storage(bucket).sweep(0)).toBe(1);
    }
    await expectWhole(bucket, "x", size);
  });

  it("gives up when nothing moves, with the first reason, and leaves nothing", async () => {
    await fresh();
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port, {
      upload: { ...TUNING.upload, buffers: 1 },
      patience: { ...TUNING.patience, giveUpMs: 300 },
    });
    let refusals = 0;
    proxy.decide = (method, url) => {
      if (method !== "PUT" || !url.includes("partNumber=3")) return { kind: "pass" };
      refusals += 1;
      const body = refusals === 1 ? s3Error("InternalError", "The first reason") : s3Error("SlowDown");
      return { kind: "answer", status: 500, body };
    };
    const given = adapter.put("x", numbered(20 * MIB), { signal });
    await expect(given).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
    await expect(given).rejects.toThrow(/The first reason.*Given up after/);
    expect(refusals).toBeGreaterThan(2);
    expect(await bucket.everything()).toEqual([]);
  });

  it("gives up reading where every answer breaks before its first byte", async () => {
    await fresh();
    await storage(bucket).put("x", numbered(1000), { signal });
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port, { patience: { ...TUNING.patience, giveUpMs: 300 } });
    proxy.decide = (method) => ({ kind: method === "GET" ? "behead" : "pass" });
    const read = adapter.get("x", { signal }).then((found) => hashOf(found));
    await expect(read).rejects.toMatchObject({ name: "StorageError", fault: "permanent" });
    expect(proxy.seen.length).toBeGreaterThan(2);
  });

  it("ends at once when a part is refused for good, though the source hangs", async () => {
    await fresh();
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port);
    proxy.decide = (_, url) =>
      url.includes("partNumber=2")
        ? { kind: "answer", status: 403, body: s3Error("AccessDenied", "Access Denied") }
        : { kind: "pass" };
    const hanging = numbered(30 * MIB, async (sent) => {
      if (sent === 11 * MIB) await new Promise(() => undefined);
    });
    await expect(adapter.put("x", hanging, { signal })).rejects.toThrow(
      "It needs the permission s3:PutObject.",
    );
    expect(await bucket.everything()).toEqual([]);
  });

  it("rejects a listing that fails half way, and what cannot all be removed", async () => {
    await fresh();
    const proxy = await behindHttp();
    const adapter = storage(bucket, proxy.port);
    for (const name of ["d/a", "d/b"]) await storage(bucket).put(name, numbered(1), { signal });
    proxy.decide = (_, url) =>
      url.includes("list-type")
        ? { kind: "answer", status: 500, body: s3Error("InternalError") }
        : { kind: "pass" };
    await expect(adapter.list("")).rejects.toMatchObject({ name: "StorageError", fault: "transient" });
    await expect(adapter.list("d")).rejects.toMatchObject({ fault: "transient" });
    await expect(adapter.remove("d")).rejects.toMatchObject({ fault: "transient" });
    proxy.decide = () => ({ kind: "answer", status: 200, body: "<html>no S3 here</html>" });
    await expect(adapter.list("")).rejects.toThrow();
    const truncated = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
    proxy.decide = () => ({ kind: "answer", status: 200, body: truncated });
    await expect(adapter.list("")).rejects.toThrow("broke off");
    const refused = `<DeleteResult><Error><Key>d/b</Key><Code>AccessDenied</Code><Message>No</Message></Error></DeleteResult>`;
    proxy.decide = (method) =>
      method === "POST" ? { kind: "answer", status: 200, body: refused } : { kind: "pass" };
    await expect(adapter.remove("d")).rejects.toThrow("d/b cannot be removed: No. (AccessDenied)");
    expect(await bucket.everything()).toEqual(["d/a", "d/b"]);
  });
});
