import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** A bucket of its own on a test server, looked at by another way than the product's. */
export interface TestBucket {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly client: S3Client;
  /** Keys of all objects, versions and unfinished uploads, in order. */
  everything(): Promise<string[]>;
}

/** Makes an empty bucket on the server at `url` (`http://user:password@host:port`). */
export async function createBucket(url: string, options: { lock?: boolean } = {}): Promise<TestBucket> {
  const { hostname, port, username, password, origin } = new URL(url);
  const client = new S3Client({
    endpoint: origin,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: username, secretAccessKey: password },
  });
  const name = `test-${randomBytes(6).toString("hex")}`;
  await client.send(
    new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: options.lock === true }),
  );
  return {
    name,
    host: hostname,
    port: Number(port),
    accessKey: username,
    secretKey: password,
    client,
    everything: async () => {
      const versions = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
      const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      return [
        ...(versions.Versions ?? []).map((version) => `${version.Key}`),
        ...(versions.DeleteMarkers ?? []).map((marker) => `${marker.Key} (removed)`),
        ...(uploads.Uploads ?? []).map((upload) => `${upload.Key} (unfinished)`),
      ].sort();
    },
  };
}
