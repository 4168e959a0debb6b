import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { startMinio } from "#e2e/servers/minio";
import { createBucket, type TestBucket } from "#e2e/servers/minio-bucket";
import { secretFieldsOf } from "#lib/core/secret";
import { storageContract } from "#lib/storage/contract";
import { minio } from "#lib/storage/minio";
import { withRetry } from "#lib/storage/with-retry";

const url = process.env.TEST_MINIO_URL;
const signal = new AbortController().signal;

function configOf(bucket: TestBucket, more: object = {}) {
  return minio.config.parse({
    endpoint: `${bucket.host}:${bucket.port}`,
    bucket: bucket.name,
    access_key: bucket.accessKey,
    secret_key: bucket.secretKey,
    use_ssl: false,
    ...more,
  });
}

const open = (bucket: TestBucket, more: object = {}) =>
  minio.open(configOf(bucket, more), { allowedRoots: [] });

async function* chunks(...items: string[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield Buffer.from(item);
}

async function text(source: Promise<AsyncIterable<Uint8Array>>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of await source) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe.skipIf(url === undefined)("TEST_MINIO_URL (install Go, which builds MinIO, or minio)", () => {
  storageContract("minio", async () => {
    const bucket = await createBucket(url ?? "");
    return { adapter: open(bucket), everything: bucket.everything, dispose: async () => undefined };
  });

  storageContract("minio with retry, in a folder of the bucket", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = withRetry(open(bucket, { prefix: "site a/backups" }));
    return { adapter, everything: bucket.everything, dispose: async () => undefined };
  });

  it("sees and touches nothing beside its folder", async () => {
    const bucket = await createBucket(url ?? "");
    for (const Key of ["backups-old/x", "other", "backups/mine"]) {
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: "x" }));
    }
    const adapter = open(bucket, { prefix: "backups" });
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual(["mine"]);
    await adapter.put("a/b", chunks("text"), { signal });
    await adapter.remove("mine");
    await adapter.remove("a");
    expect(await bucket.everything()).toEqual(["backups-old/x", "other"]);
    await adapter.close();
  });

  it("shows what other tools laid there, and folders that exist by an empty object only", async () => {
    const bucket = await createBucket(url ?? "");
    for (const Key of ["folder/", "folder/file", "empty/"]) {
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, ContentLength: 0 }));
    }
    const adapter = open(bucket);
    expect((await adapter.list("")).entries.map((entry) => entry.path)).toEqual(["empty", "folder"]);
    expect((await adapter.list("folder")).entries.map((entry) => entry.path)).toEqual(["folder/file"]);
    expect((await adapter.list("empty")).entries).toEqual([]);
    await adapter.close();
  });

  it("removes more than one request can name", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = open(bucket);
    const names = Array.from({ length: 1010 }, (_, i) => `many/${String(i).padStart(4, "0")}`);
    const put = (Key: string) =>
      bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, ContentLength: 0 }));
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(put));
    const first = await adapter.list("many");
    expect(first.entries).toHaveLength(1000);
    const second = await adapter.list("many", { cursor: first.cursor ?? "" });
    expect([...first.entries, ...second.entries].map((entry) => entry.path)).toEqual(names);
    await adapter.remove("many");
    expect(await bucket.everything()).toEqual([]);
    await adapter.close();
  });

  it("trusts a server by the certificate of its authority only", async () => {
    const directory = await mkdtemp(join(tmpdir(), "dg-minio-tls-"));
    const server = await startMinio(directory, { tls: true });
    try {
      const ca = await readFile(server?.caFile ?? "", "utf8");
      const at = { endpoint: `127.0.0.1:${server?.port}`, bucket: "tls" };
      const keys = { access_key: server?.accessKey, secret_key: server?.secretKey };
      const openAt = (more: object) =>
        minio.open(minio.config.parse({ ...at, ...keys, ...more }), { allowedRoots: [] });
      const trusting = openAt({ ca_certificate: ca });
      await expect(trusting.list("")).rejects.toThrow("There is no bucket tls");
      await expect(openAt({}).list("")).rejects.toMatchObject({ fault: "permanent" });
      await expect(openAt({}).list("")).rejects.toThrow(/certificate of 127\.0\.0\.1.* is not trusted/);
      await expect(openAt({ use_ssl: false }).list("")).rejects.toThrow();
      await trusting.close();
    } finally {
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  it("says that a server speaks no TLS", async () => {
    const bucket = await createBucket(url ?? "");
    const report = await open(bucket, { use_ssl: true }).probe({ signal });
    expect(report.steps).toMatchObject([{ step: "write", ok: false }]);
    expect(report.steps[0]?.error).toContain("does not speak TLS");
  });

  it("reads back through a folder with every kind of name", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = open(bucket, { prefix: "übung/a b" });
    await adapter.put("x+y=z&%41/ä", chunks("odd"), { signal });
    await adapter.copy("x+y=z&%41/ä", "copy (1)/ö+", { signal });
    expect(await text(adapter.get("copy (1)/ö+", { signal }))).toBe("odd");
    await adapter.close();
  });
});

describe("config", () => {
  const good = { endpoint: "minio:9000", bucket: "bkt", access_key: "key", secret_key: "secret" };

  it("takes host and port, with or without a matching scheme", () => {
    for (const endpoint of ["minio", "minio:9000", "10.0.0.1:9000", "[::1]:9000", "https://minio:9000/"]) {
      expect(minio.config.safeParse({ ...good, endpoint }).success).toBe(true);
    }
    expect(secretFieldsOf(minio.config)).toEqual(["secret_key"]);
  });

  it.each([
    { endpoint: "http://minio:9000" },
    { endpoint: "https://minio:9000", use_ssl: false },
    { endpoint: "user:password@minio:9000" },
    { endpoint: "minio:9000/path" },
    { endpoint: "minio:99999" },
    { endpoint: "minio?x=1" },
    { endpoint: "min\nio" },
    { endpoint: "" },
    { bucket: "a/../b" },
    { bucket: "../x" },
    { bucket: "b" },
    { bucket: "10.0.0.1" },
    { access_key: "a/b" },
    { access_key: "a b" },
    { secret_key: "a\nb" },
    { secret_key: "" },
    { prefix: "/a" },
    { prefix: "a/" },
    { prefix: "../a" },
    { prefix: ".dg-x" },
    { object_lock_days: 0 },
    { ca_certificate: "no certificate" },
    { extra: 1 },
  ])("refuses %j", (wrong) => {
    expect(minio.config.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
