import { createHash } from "node:crypto";
import { z } from "zod";
import { explainS3, S3Failure } from "#lib/storage/family-s3/failure";
import { accessKey, bucketName, commonFields, commonPlace, secretKey } from "#lib/storage/family-s3/fields";
import { lazyS3 } from "#lib/storage/family-s3/lazy";
import type { S3Place } from "#lib/storage/family-s3/place";
import { type StorageDriver, StorageError } from "#lib/storage/types";

const API = "https://api.backblazeb2.com";
const TIMEOUT_MS = 30_000;

/** Keys as in the contract, section 6. */
export const backblazeConfig = z.strictObject({
  bucket_id: z
    .string()
    .regex(/^[0-9a-f]{1,64}$/i, "Must be the bucket's ID, letters a to f and digits.")
    .meta({ mono: true }),
  bucket_name: bucketName,
  application_key_id: accessKey,
  application_key: secretKey,
  prefix: commonFields.prefix,
  object_lock_days: commonFields.object_lock_days,
});
export type BackblazeConfig = z.infer<typeof backblazeConfig>;

const authorization = z.object({
  apiInfo: z.object({
    storageApi: z.object({
      s3ApiUrl: z.url({ protocol: /^https?$/ }),
      bucketId: z.string().nullish(),
    }),
  }),
});
type Account = z.infer<typeof authorization>["apiInfo"]["storageApi"];

/** Accounts by key, asked once per process: an account never moves to another region. */
const accounts = new Map<string, Promise<Account>>();

/** Backblaze B2, by its S3 interface, whose address the key itself tells. */
export const backblaze = backblazeDriver(API);

/** `api` is where keys are authorized. */
export function backblazeDriver(api: string): StorageDriver<BackblazeConfig> {
  return {
    type: "backblaze",
    label: "Backblaze B2",
    config: backblazeConfig,
    open: (config) => lazyS3("backblaze", () => placeOf(config, api)),
    explain: explainS3,
  };
}

/** B2 refuses the newer checksum headers, and keeps what was removed as a hidden version, which costs. */
async function placeOf(config: BackblazeConfig, api: string): Promise<S3Place> {
  const account = await accountOf(config, api);
  if (account.bucketId && account.bucketId !== config.bucket_id) {
    throw new StorageError(
      "permanent",
      `The application key is for another bucket than ${config.bucket_id}.`,
    );
  }
  const url = new URL(account.s3ApiUrl);
  return {
    ...commonPlace(config),
    endpoint: url.origin,
    region: /^s3\.([a-z0-9-]+)\./.exec(url.hostname)?.[1] ?? "us-east-1",
    bucket: config.bucket_name,
    accessKeyId: config.application_key_id,
    secretAccessKey: config.application_key,
    pathStyle: true,
    checksum: "md5",
    keepsChecksums: false,
    storageClass: null,
    removesVersions: true,
  };
}

function accountOf(config: BackblazeConfig, api: string): Promise<Account> {
  const { application_key_id: id, application_key: key } = config;
  const name = createHash("sha256")
    .update(JSON.stringify([api, id, key]))
    .digest("hex");
  const known = accounts.get(name);
  if (known) return known;
  const asked = authorize(api, id, key);
  accounts.set(name, asked);
  asked.catch(() => accounts.delete(name));
  return asked;
}

async function authorize(api: string, id: string, key: string): Promise<Account> {
  const { status, body } = await ask(api, `Basic ${Buffer.from(`${id}:${key}`).toString("base64")}`);
  if (status === 401) {
    throw new S3Failure(
      "permanent",
      "InvalidAccessKeyId",
      "Backblaze does not know the application key, or it is no longer valid.",
    );
  }
  const answer = authorization.safeParse(body);
  if (status === 200 && answer.success) return answer.data.apiInfo.storageApi;
  const fault = status >= 500 || status === 429 ? "transient" : "permanent";
  throw new StorageError(fault, `Backblaze did not accept the application key (HTTP ${status}).`);
}

async function ask(api: string, authorizationHeader: string): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(`${api}/b2api/v3/b2_authorize_account`, {
      headers: { authorization: authorizationHeader },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: response.ok ? JSON.parse(text) : null };
  } catch (error) {
    const reason =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : "";
    throw new StorageError("transient", `Backblaze cannot be reached at ${api}: ${reason}.`, {
      cause: error,
    });
  }
}
