import { describe, expect, it, vi } from "vitest";
import { s3Error, startHttpProxy } from "#e2e/servers/http-proxy";
import { createBucket, type TestBucket } from "#e2e/servers/minio-bucket";
import { describeFields } from "#lib/core/fields";
import { storageContract } from "#lib/storage/contract";
import { driverFor } from "#lib/storage/registry";
import { placeOf, s3 } from "#lib/storage/s3";

const url = process.env.TEST_MINIO_URL;
const signal = new AbortController().signal;

function open(bucket: TestBucket, more: object = {}) {
  const config = s3.config.parse({
    endpoint: `http://${bucket.host}:${bucket.port}`,
    bucket: bucket.name,
    region: "us-east-1",
    access_key_id: bucket.accessKey,
    secret_access_key: bucket.secretKey,
    ...more,
  });
  return s3.open(config, { allowedRoots: [] });
}

async function* chunks(...items: string[]): AsyncGenerator<Uint8Array> {
  for (const item of items) yield Buffer.from(item);
}

describe.skipIf(url === undefined)("TEST_MINIO_URL (install Go, which builds MinIO, or minio)", () => {
  storageContract("s3", async () => {
    const bucket = await createBucket(url ?? "");
    const adapter = open(bucket, { storage_class: "STANDARD" });
    return { adapter, everything: bucket.everything, dispose: async () => undefined };
  });

  it.each([
    ["a wrong key", { access_key_id: "unknown" }, "The access key ID is not known there"],
    [
      "a wrong secret",
      { secret_access_key: "wrong" },
      "The secret key does not belong to the access key ID.",
    ],
    ["a missing bucket", { bucket: "not-there" }, "There is no bucket not-there at http://127.0.0.1:"],
  ])("names %s, whatever is asked", async (_, wrong, words) => {
    const adapter = open(await createBucket(url ?? ""), wrong);
    const permanent = { name: "StorageError", fault: "permanent" };
    for (const ask of [
      () => adapter.list(""),
      () => adapter.stat("x"),
      () => adapter.get("x", { signal }),
      () => adapter.remove("x"),
      () => adapter.put("x", chunks("x"), { signal }),
      () => adapter.put("x", chunks("x"), { signal, overwrite: true }),
      () => adapter.copy("x", "y", { signal }),
      () => adapter.sweep?.(0),
    ]) {
      await expect(ask()).rejects.toMatchObject(permanent);
      await expect(ask()).rejects.toThrow(words);
    }
    const report = await adapter.probe({ signal });
    expect(report.steps).toMatchObject([{ step: "write", ok: false }]);
    expect(report.steps[0]?.error).toContain(words);
    await adapter.close();
  });

  it.each([
    ["nobody listens", "http://127.0.0.1:9", "127.0.0.1:9 refuses the connection"],
    ["a name that does not exist", "http://no-such-host.invalid", "cannot be resolved"],
  ])("where %s, that may pass", async (_, endpoint, words) => {
    const adapter = open(await createBucket(url ?? ""), { endpoint });
    await expect(adapter.list("")).rejects.toMatchObject({ name: "StorageError", fault: "transient" });
    await expect(adapter.list("")).rejects.toThrow(words);
    await adapter.close();
  });

  it("names the permission that is missing, and the step of the probe", async () => {
    const bucket = await createBucket(url ?? "");
    const proxy = await startHttpProxy(bucket.port);
    const adapter = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` });
    const denied = { kind: "answer", status: 403, body: s3Error("AccessDenied", "Access Denied") } as const;
    const steps: [string, string, string, RegExp][] = [
      ["write", "PUT", "s3:PutObject", /^(?!.*renamed)/],
      ["read", "GET", "s3:GetObject", /partial/],
      ["list", "GET", "s3:ListBucket", /list-type/],
      ["rename", "PUT", "s3:PutObject", /renamed/],
      ["delete", "DELETE", "s3:DeleteObject", /renamed/],
    ];
    for (const [step, verb, permission, pattern] of steps) {
      proxy.decide = (method, at) =>
        method === verb && pattern.test(at) && (step !== "read" || !at.includes("list-type"))
          ? denied
          : { kind: "pass" };
      const report = await adapter.probe({ signal });
      expect(report.steps.at(-1)).toMatchObject({ step, ok: false, reason: "auth_failed" });
      expect(report.steps.at(-1)?.error).toContain(`It needs the permission ${permission}.`);
    }
    await adapter.close();
    await proxy.close();
  });

  it("reports a clock that is wrong by more than three minutes", async () => {
    const bucket = await createBucket(url ?? "");
    const proxy = await startHttpProxy(bucket.port);
    const adapter = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` });
    const shifted = (minutes: number) => new Date(Date.now() + minutes * 60_000).toUTCString();
    proxy.decide = () => ({ kind: "pass", headers: { date: shifted(2) } });
    expect((await adapter.probe({ signal })).ok).toBe(true);
    for (const [minutes, words] of [
      [5, "clock is 5 minutes behind"],
      [-10, "clock is 10 minutes ahead of"],
    ] as const) {
      proxy.decide = () => ({ kind: "pass", headers: { date: shifted(minutes) } });
      const report = await adapter.probe({ signal });
      expect(report.steps).toMatchObject([{ step: "write", ok: false }]);
      expect(report.steps[0]?.error).toContain(words);
    }
    proxy.decide = () => ({ kind: "answer", status: 403, body: s3Error("RequestTimeTooSkewed") });
    await expect(adapter.list("")).rejects.toThrow("Set this machine's clock.");
    await expect(adapter.list("")).rejects.toMatchObject({ fault: "permanent" });
    await adapter.close();
    await proxy.close();
    expect(await bucket.everything()).toEqual([]);
  });

  it("says where a bucket of another region lies", async () => {
    const bucket = await createBucket(url ?? "");
    const proxy = await startHttpProxy(bucket.port);
    const adapter = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` });
    const body = s3Error("AuthorizationHeaderMalformed").replace(
      "</Error>",
      "<Region>eu-west-1</Region></Error>",
    );
    proxy.decide = () => ({ kind: "answer", status: 400, body });
    await expect(adapter.list("")).rejects.toThrow("It lies in the region eu-west-1, not in us-east-1.");
    expect(new Set(proxy.seen.map((line) => line.split(" ")[1]?.split("?")[0]))).toEqual(
      new Set([`/${bucket.name}/`]),
    );
    await adapter.close();
    await proxy.close();
  });

  it("takes nothing from the environment of other tools", async () => {
    const bucket = await createBucket(url ?? "");
    const elsewhere = "http://127.0.0.1:9";
    vi.stubEnv("AWS_ENDPOINT_URL", elsewhere);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", elsewhere);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "other");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "other");
    vi.stubEnv("AWS_REGION", "other");
    vi.stubEnv("AWS_PROFILE", "other");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    vi.stubEnv("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_SUPPORTED");
    const adapter = open(bucket);
    await adapter.put("x", chunks("x"), { signal });
    expect((await adapter.probe({ signal })).ok).toBe(true);
    await adapter.close();
    vi.unstubAllEnvs();
  });

  it("guards what is there where the service knows no conditional writes", async () => {
    const bucket = await createBucket(url ?? "");
    const proxy = await startHttpProxy(bucket.port);
    const adapter = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` });
    let refused = 0;
    proxy.decide = (method) => {
      if (method !== "PUT" || refused > 0) return { kind: "pass" };
      refused += 1;
      const message = "A header you provided implies functionality that is not implemented";
      return { kind: "answer", status: 501, body: s3Error("NotImplemented", message) };
    };
    await adapter.put("x", chunks("first"), { signal });
    await expect(adapter.put("x", chunks("second"), { signal })).rejects.toThrow("already there");
    expect((await adapter.stat("x")).sizeBytes).toBe(5);
    expect(refused).toBe(1);
    await adapter.close();
    await proxy.close();
  });
});

describe("config", () => {
  const good = { bucket: "bkt", region: "eu-central-1", access_key_id: "AKIA", secret_access_key: "s/+=" };
  const place = (more: object) => placeOf(s3.config.parse({ ...good, ...more }));

  it("finds Amazon by the region, and takes any other address as it is", () => {
    expect(place({})).toMatchObject({
      endpoint: "https://s3.eu-central-1.amazonaws.com",
      pathStyle: false,
      checksum: "crc32",
      prefix: "",
      lockDays: null,
    });
    expect(place({ region: "cn-north-1" }).endpoint).toBe("https://s3.cn-north-1.amazonaws.com.cn");
    expect(place({ endpoint: "https://s3.example.com/", prefix: "a/b", object_lock_days: 30 })).toMatchObject(
      {
        endpoint: "https://s3.example.com",
        pathStyle: true,
        checksum: "md5",
        prefix: "a/b/",
        lockDays: 30,
        removesVersions: true,
      },
    );
  });

  it.each([
    { endpoint: "ftp://s3.example.com" },
    { endpoint: "https://user:password@s3.example.com" },
    { endpoint: "https://s3.example.com/path" },
    { endpoint: "https://s3.example.com?x" },
    { endpoint: "https://s3.example.com#x" },
    { endpoint: "s3.example.com" },
    { region: "a.example.com/" },
    { region: "" },
    { storage_class: "GLACIER" },
    { storage_class: "DEEP_ARCHIVE" },
    { storage_class: "a b" },
  ])("refuses %j", (wrong) => {
    expect(s3.config.safeParse({ ...good, ...wrong }).success).toBe(false);
  });

  it("draws its form", () => {
    const fields = describeFields(driverFor("s3").config);
    expect(fields.filter((field) => field.secret).map((field) => field.name)).toEqual(["secret_access_key"]);
    expect(fields.filter((field) => field.required).map((field) => field.name)).toEqual([
      "bucket",
      "region",
      "access_key_id",
      "secret_access_key",
    ]);
  });
});
