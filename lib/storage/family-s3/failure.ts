import { AppError } from "#lib/core/errors";
import type { S3Place } from "#lib/storage/family-s3/place";
import { StorageError, type StorageFault } from "#lib/storage/types";

/** A failure with the service's own name for it, by which the steps of an upload tell what has happened. */
export class S3Failure extends StorageError {
  /** Name of the error as the service or the system gives it, for example `NoSuchUpload` or `ECONNREFUSED`. */
  readonly code: string;
  constructor(fault: StorageFault, code: string, message: string, cause?: unknown) {
    super(fault, message, { cause });
    this.code = code;
  }
}

export const codeOf = (error: unknown): string | null => (error instanceof S3Failure ? error.code : null);

/** What was tried, for the words. */
export interface S3Attempt {
  /** The permission that it takes, for example `s3:PutObject`. */
  readonly permission: string;
  /** What it is about: a storage path, or "" for the whole storage. */
  readonly path: string;
}

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly Region?: string;
}

const REGION_ERRORS = new Set([
  "PermanentRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "301",
]);
const KEY_ERRORS = new Set([
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "InvalidToken",
  "ExpiredToken",
  "Unauthorized",
]);
const FULL = new Set([
  "QuotaExceeded",
  "XMinioStorageFull",
  "XMinioAdminBucketQuotaExceeded",
  "InsufficientCapacity",
]);
/** Damaged on the way, or a race that the next try wins; other 4xx answers are final. */
const PASSING = new Set([
  "BadDigest",
  "XAmzContentChecksumMismatch",
  "IncompleteBody",
  "RequestTimeout",
  "RequestTimeoutException",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TooManyRequests",
  "OperationAborted",
  "ConditionalRequestConflict",
  "TooManyRequestsException",
]);
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Turns what the SDK throws into words and a fault. What is ours already, and aborts, pass as they are. */
export function s3Failure(error: unknown, place: S3Place, attempt: S3Attempt): Error {
  if (error instanceof StorageError || error instanceof AppError) return error;
  if (!(error instanceof Error)) return new S3Failure("permanent", "Unknown", String(error));
  const sdk = error as SdkError;
  const status = sdk.$metadata?.httpStatusCode;
  const name = nameOf(sdk, status);
  const fault = status === undefined ? faultOfNetwork(name) : faultOfAnswer(name, status);
  const words =
    status === undefined ? networkWords(name, sdk, place) : answerWords(name, sdk, place, attempt);
  const missing = attempt.path === "" ? `bucket ${place.bucket}` : `${attempt.path} in ${place.bucket}`;
  const what = attempt.path === "" ? `the ${missing}` : missing;
  const message =
    fault === "not-found" ? `There is no ${missing} at ${place.endpoint}.` : `Cannot use ${what}: ${words}`;
  return new S3Failure(fault, name, message, error);
}

/** HEAD answers carry no name: their status stands in. */
function nameOf(error: SdkError, status: number | undefined): string {
  if (status === undefined) return error.code ?? error.name;
  if (status === 403 && ["403", "Forbidden", "UnknownError"].includes(error.name)) return "AccessDenied";
  return ["UnknownError", "Unknown"].includes(error.name) ? String(status) : error.name;
}

function faultOfAnswer(name: string, status: number): StorageFault {
  if (name === "NoSuchKey" || name === "NotFound") return "not-found";
  if (FULL.has(name) || name === "NotImplemented") return "permanent";
  return PASSING.has(name) || status >= 500 || status === 429 || status < 300 ? "transient" : "permanent";
}

/** A server that is away may come back, and so may the name of it; a wrong certificate stays wrong. */
function faultOfNetwork(name: string): StorageFault {
  return TLS.test(name) ? "permanent" : "transient";
}

function networkWords(name: string, error: SdkError, place: S3Place): string {
  const { host, protocol } = new URL(place.endpoint);
  if (name === "EPROTO" || name.startsWith("ERR_SSL_")) {
    return `${host} does not speak TLS as expected (${error.message.trim()}). Check the port, and whether TLS is to be used.`;
  }
  if (TLS.test(name)) {
    return `The certificate of ${host} is not trusted (${error.message}). Enter the certificate of its authority, or correct the address.`;
  }
  if (name === "ENOTFOUND" || name === "EAI_AGAIN")
    return `The name of ${host} cannot be resolved. Check the endpoint.`;
  if (name === "ECONNREFUSED") return `${host} refuses the connection. Check that the service runs there.`;
  if (name === "TimeoutError" || name === "ETIMEDOUT") return `${host} does not answer in time.`;
  const hint = protocol === "http:" ? " If it expects TLS, use an address with https." : "";
  return `The connection to ${host} broke: ${error.message.replace(/\.?$/, ".")}${hint}`;
}

function answerWords(name: string, error: SdkError, place: S3Place, attempt: S3Attempt): string {
  if (name === "NoSuchBucket") return `There is no bucket ${place.bucket} at ${place.endpoint}.`;
  if (name === "SignatureDoesNotMatch") return "The secret key does not belong to the access key ID.";
  if (KEY_ERRORS.has(name)) return "The access key ID is not known there, or no longer valid.";
  if (name === "AccessDenied") return accessWords(error, attempt);
  if (name === "RequestTimeTooSkewed") {
    return "The clocks of this machine and of the service differ too much. Set this machine's clock.";
  }
  if (REGION_ERRORS.has(name)) {
    const region = error.Region ?? error.$response?.headers?.["x-amz-bucket-region"];
    const where = region ? `It lies in the region ${region}` : "It lies in another region";
    return `${where}, not in ${place.region}. Correct the region.`;
  }
  if (name === "NoSuchUpload") {
    return "The upload was ended by somebody else, for example by a rule of the bucket for unfinished uploads.";
  }
  if (name === "InvalidObjectState") return "The object is archived. Restore it at the provider first.";
  if (FULL.has(name)) return "The storage is full. Remove backups there, or raise its limit.";
  const status = error.$metadata?.httpStatusCode;
  if (name === "SlowDown" || status === 429) return "The service asks to be called less often.";
  return `${error.message.replace(/\.?$/, ".")} (${name}, HTTP ${status})`;
}

function accessWords(error: SdkError, attempt: S3Attempt): string {
  const detail = /^(|Access Denied\.?|Forbidden|UnknownError|Unknown)$/i.test(error.message)
    ? ""
    : ` (${error.message})`;
  return `The key may not do this${detail}. It needs the permission ${attempt.permission}.`;
}

/** For a person: the sentence of the failure under the code that fits. */
export function explainS3(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof StorageError && error.fault === "not-found") {
    return new AppError("STORAGE_PATH_NOT_FOUND", error.message, { cause: error });
  }
  const message = error instanceof StorageError ? error.message : "The S3 storage cannot be used.";
  return new AppError("STORAGE_UNREACHABLE", message, { cause: error });
}
