import { z } from "zod";
import { explainS3 } from "#lib/storage/family-s3/failure";
import {
  accessKey,
  bucketName,
  commonFields,
  commonPlace,
  isEndpointUrl,
  secretKey,
  storageClass,
} from "#lib/storage/family-s3/fields";
import { lazyS3 } from "#lib/storage/family-s3/lazy";
import type { S3Place } from "#lib/storage/family-s3/place";
import type { StorageDriver } from "#lib/storage/types";

/** Keys as in the contract, section 6. */
export const s3Config = z.strictObject({
  endpoint: z
    .string()
    .max(300)
    .refine(
      (url) => url === "" || isEndpointUrl(url),
      "Must be an address such as https://s3.example.com, without a path.",
    )
    .optional()
    .meta({ mono: true }),
  bucket: bucketName,
  region: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/i, "Must be a region such as eu-central-1.")
    .meta({ mono: true, placeholder: "eu-central-1" }),
  access_key_id: accessKey,
  secret_access_key: secretKey,
  storage_class: storageClass,
  ...commonFields,
});
export type S3Config = z.infer<typeof s3Config>;

/** Amazon S3, and every service that speaks its language. */
export const s3: StorageDriver<S3Config> = {
  type: "s3",
  label: "Amazon S3",
  config: s3Config,
  open: (config) => lazyS3("s3", async () => placeOf(config)),
  explain: explainS3,
};

/** The bucket's name goes into the host name at Amazon only: others need no certificate for every bucket. */
export function placeOf(config: S3Config): S3Place {
  const endpoint = config.endpoint?.replace(/\/$/, "") || amazonEndpoint(config.region);
  const isAmazon = /\.amazonaws\.com(\.cn)?$/i.test(new URL(endpoint).hostname);
  return {
    ...commonPlace(config),
    endpoint,
    region: config.region,
    bucket: config.bucket,
    accessKeyId: config.access_key_id,
    secretAccessKey: config.secret_access_key,
    pathStyle: !isAmazon,
    checksum: isAmazon ? "crc32" : "md5",
    keepsChecksums: isAmazon,
    storageClass: config.storage_class ?? null,
  };
}

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}
