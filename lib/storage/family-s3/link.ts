import { createHash } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { S3Client } from "@aws-sdk/client-s3";
import { type S3Attempt, S3Failure, s3Failure } from "#lib/storage/family-s3/failure";
import type { S3Place } from "#lib/storage/family-s3/place";
import { pathSegments } from "#lib/storage/object-path";

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves for so long counts as broken. */
const IDLE_TIMEOUT_MS = 120_000;
const MAX_SOCKETS = 64;
/** Keys of S3 have at most so many bytes, the prefix included. */
const MAX_KEY_BYTES = 1024;

export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** The connections to one bucket. */
export class S3Link {
  readonly place: S3Place;
  /** Cleared where the service refuses conditional writes: then only a look beforehand guards what is there. */
  conditional = true;
  readonly #client: S3Client;
  readonly #agent: HttpAgent;
  #skewMs = 0;

  constructor(place: S3Place) {
    this.place = place;
    this.#agent = agentFor(place);
    this.#client = clientFor(place, this.#agent);
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        const began = Date.now();
        const result = await next(args);
        this.#noteClock(result.response, (began + Date.now()) / 2);
        return result;
      },
      { step: "deserialize", priority: "low", name: "noteServerClock" },
    );
    if (place.checksum === "md5") sendContentMd5(this.#client);
  }

  /** How far the service's clock is ahead of ours by its last answer, in ms; it tells whole seconds only. */
  get skewMs(): number {
    return Math.abs(this.#skewMs) < 2000 ? 0 : this.#skewMs;
  }

  /** The object's key. Throws INVALID_STORAGE_PATH. */
  key(path: string): string {
    const key = `${this.place.prefix}${pathSegments(path).join("/")}`;
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
      throw new S3Failure("permanent", "KeyTooLongError", `${path} is too long a name with the prefix.`);
    }
    return key;
  }

  /** One request, once; rejects with a StorageError, or with the abort's reason. */
  async call<T>(
    attempt: S3Attempt & { readonly signal: AbortSignal | null },
    run: (client: S3Client, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const { signal } = attempt;
    signal?.throwIfAborted();
    try {
      return await run(this.#client, signal ? { abortSignal: signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(error, this.place, attempt);
    }
  }

  close(): void {
    this.#client.destroy();
    this.#agent.destroy();
  }

  #noteClock(response: unknown, localMs: number): void {
    const { headers } = (response ?? {}) as { headers?: Readonly<Record<string, string>> };
    const serverMs = Date.parse(headers?.date ?? "");
    // The header tells whole seconds, cut off: half of one is added.
    if (Number.isFinite(serverMs)) this.#skewMs = serverMs + 500 - localMs;
  }
}

/** Without a logger of its own the SDK complains on the console about every part that failed once. */
const nothing = () => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

function agentFor(place: S3Place): HttpAgent {
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: "lifo" as const };
  if (place.endpoint.startsWith("http:")) return new HttpAgent(options);
  return new HttpsAgent(place.certificates === null ? options : { ...options, ca: place.certificates });
}

/**
 * Nothing is taken from the environment, from files of other tools or from a cloud's metadata service, and
 * nothing is tried twice: the callers' policies do that.
 */
function clientFor(place: S3Place, agent: HttpAgent): S3Client {
  return new S3Client({
    endpoint: place.endpoint,
    region: place.region,
    credentials: { accessKeyId: place.accessKeyId, secretAccessKey: place.secretAccessKey },
    forcePathStyle: place.pathStyle,
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    disableClockSkewCorrection: true,
    disableS3ExpressSessionAuth: true,
    disableMultiregionAccessPoints: true,
    followRegionRedirects: false,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    expectContinueHeader: false,
    authSchemePreference: ["aws.auth#sigv4"],
    sigv4aSigningRegionSet: [],
    userAgentAppId: "dataguardian",
    logger: SILENT,
    requestHandler: {
      ...(agent instanceof HttpsAgent ? { httpsAgent: agent } : { httpAgent: agent }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
    },
  });
}

/** For services that refuse the newer checksum headers where the SDK insists on one (removing many at once). */
function sendContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body?: unknown };
      const given = Object.keys(headers).filter((name) => /^x-amz-(sdk-)?checksum-/i.test(name));
      for (const name of given) delete headers[name];
      if (given.length > 0 && (typeof body === "string" || body instanceof Uint8Array)) {
        headers["content-md5"] = createHash("md5").update(body).digest("base64");
      }
      return next(args);
    },
    { step: "build", priority: "low", name: "sendContentMd5" },
  );
}
