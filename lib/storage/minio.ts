import { z } from "zod";
import { explainS3 } from "#lib/storage/family-s3/failure";
import {
  accessKey,
  bucketName,
  commonFields,
  commonPlace,
  isEndpointUrl,
  isHostAndPort,
  secretKey,
} from "#lib/storage/family-s3/fields";
import { lazyS3 } from "#lib/storage/family-s3/lazy";
import type { S3Place } from "#lib/storage/family-s3/place";
import type { StorageDriver } from "#lib/storage/types";

/** MinIO answers to this region unless it was given another. */
const REGION = "us-east-1";

/** Keys as in the contract, section 6. */
export const minioConfig = z
  .strictObject({
    endpoint: z
      .string()
      .max(300)
      .refine(
        (text) => isHostAndPort(text) || isEndpointUrl(text),
        "Must be host:port, for example minio.example.com:9000.",
      )
      .meta({ mono: true, placeholder: "minio.example.com:9000" }),
    bucket: bucketName,
    access_key: accessKey,
    secret_key: secretKey,
    use_ssl: z.boolean().default(true),
    ...commonFields,
  })
  .refine(({ endpoint, use_ssl }) => !endpoint.includes("://") || endpoint.startsWith("https:") === use_ssl, {
    path: ["endpoint"],
    message: "The address and the TLS switch disagree. Leave out http:// or https://.",
  });
export type MinioConfig = z.infer<typeof minioConfig>;

/** A MinIO server. */
export const minio: StorageDriver<MinioConfig> = {
  type: "minio",
  label: "MinIO",
  config: minioConfig,
  open: (config) => lazyS3("minio", async () => placeOf(config)),
  explain: explainS3,
};

function placeOf(config: MinioConfig): S3Place {
  const host = config.endpoint.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  return {
    ...commonPlace(config),
    endpoint: `${config.use_ssl ? "https" : "http"}://${host}`,
    region: REGION,
    bucket: config.bucket,
    accessKeyId: config.access_key,
    secretAccessKey: config.secret_key,
    pathStyle: true,
    checksum: "crc32",
    keepsChecksums: false,
    storageClass: null,
  };
}
