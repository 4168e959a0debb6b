import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createBucket } from "#e2e/servers/minio-bucket";
import { backblaze, backblazeDriver } from "#lib/storage/backblaze";
import { storageContract } from "#lib/storage/contract";

const url = process.env.TEST_MINIO_URL;
const signal = new AbortController().signal;
const BUCKET_ID = "e73ede9969c64427a54";

interface FakeB2 {
  readonly api: string;
  calls: number;
  status: number;
  close(): Promise<void>;
}

/** Answers a key as Backblaze does, and names MinIO as the place: the one thing that cannot be run here. */
async function fakeB2Authorize(s3ApiUrl: string, key: { id: string; secret: string }): Promise<FakeB2> {
  const server = createServer((request, response) => {
    fake.calls += 1;
    const expected = `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString("base64")}`;
    const known = request.headers.authorization === expected;
    const status = request.url !== "/b2api/v3/b2_authorize_account" ? 404 : known ? fake.status : 401;
    response.writeHead(status, { "content-type": "application/json" });
    const storageApi = { s3ApiUrl, bucketId: BUCKET_ID, bucketName: "any", capabilities: ["writeFiles"] };
    response.end(JSON.stringify(status === 200 ? { accountId: "1", apiInfo: { storageApi } } : { status }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  const fake: FakeB2 = {
    api: `http://127.0.0.1:${address.port}`,
    calls: 0,
    status: 200,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return fake;
}

const fakes: FakeB2[] = [];
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

async function setUp(more: object = {}) {
  const bucket = await createBucket(url ?? "");
  const fake = await fakeB2Authorize(`http://${bucket.host}:${bucket.port}`, {
    id: bucket.accessKey,
    secret: bucket.secretKey,
  });
  fakes.push(fake);
  const config = backblaze.config.parse({
    bucket_id: BUCKET_ID,
    bucket_name: bucket.name,
    application_key_id: bucket.accessKey,
    application_key: bucket.secretKey,
    ...more,
  });
  return { bucket, fake, open: () => backblazeDriver(fake.api).open(config, { allowedRoots: [] }) };
}

async function* chunks(...items: string[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield Buffer.from(item);
}

describe.skipIf(url === undefined)("TEST_MINIO_URL (install Go, which builds MinIO, or minio)", () => {
  storageContract("backblaze", async () => {
    const { bucket, open } = await setUp();
    return { adapter: open(), everything: bucket.everything, dispose: async () => undefined };
  });

  it("asks once per key where its storage lies, and again after a failure", async () => {
    const { fake, open } = await setUp();
    fake.status = 503;
    await expect(open().list("")).rejects.toMatchObject({ fault: "transient" });
    fake.status = 200;
    const adapters = [open(), open(), open()];
    await Promise.all(adapters.map((adapter) => adapter.list("")));
    expect(fake.calls).toBe(2);
    await Promise.all(adapters.map((adapter) => adapter.close()));
  });

  it("names a wrong key, a key for another bucket, and a service that is away", async () => {
    const wrong = (await setUp({ application_key: "wrong" })).open();
    await expect(wrong.list("")).rejects.toMatchObject({ fault: "permanent" });
    await expect(wrong.list("")).rejects.toThrow("does not know the application key");
    const other = (await setUp({ bucket_id: "abc123" })).open();
    await expect(other.list("")).rejects.toThrow("The application key is for another bucket than abc123.");
    const { fake, open } = await setUp();
    await fake.close();
    await expect(open().list("")).rejects.toMatchObject({ fault: "transient" });
    await expect(open().put("x", chunks("x"), { signal })).rejects.toThrow("Backblaze cannot be reached");
  });

  it("leaves no hidden version of what was removed", async () => {
    const { bucket, open } = await setUp();
    const { PutBucketVersioningCommand } = await import("@aws-sdk/client-s3");
    const VersioningConfiguration = { Status: "Enabled" as const };
    await bucket.client.send(
      new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration }),
    );
    const adapter = open();
    await adapter.put("a/file", chunks("first"), { signal });
    await adapter.put("a/file", chunks("second"), { signal, overwrite: true });
    await adapter.put("ab", chunks("beside"), { signal });
    expect((await adapter.probe({ signal })).ok).toBe(true);
    expect(await bucket.everything()).toEqual(["a/file", "a/file", "ab"]);
    await adapter.remove("a");
    expect(await bucket.everything()).toEqual(["ab"]);
    await adapter.close();
  });
});

describe("config", () => {
  it.each([
    { bucket_id: "no hex" },
    { bucket_id: "" },
    { application_key_id: "" },
    { endpoint: "https://x" },
  ])("refuses %j", (wrong) => {
    const good = { bucket_id: "ab1", bucket_name: "bkt", application_key_id: "k", application_key: "s" };
    expect(backblaze.config.safeParse(good).success).toBe(true);
    expect(backblaze.config.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
