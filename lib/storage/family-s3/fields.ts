import { isIP } from "node:net";
import { z } from "zod";
import { secret } from "#lib/core/secret";
import { pathSegments } from "#lib/storage/object-path";

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** True for `host`, `host:port` or `[address]:port`, and nothing that a URL could hide behind it. */
export function isHostAndPort(text: string): boolean {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  return plain !== undefined && (isIP(plain) !== 0 || HOST_NAME.test(plain));
}

/** True for `http(s)://host[:port]`, with at most a closing slash. */
export function isEndpointUrl(text: string): boolean {
  const [, rest] = /^https?:\/\/([^/]+)\/?$/i.exec(text) ?? [];
  return rest !== undefined && isHostAndPort(rest);
}

/** Names of buckets as every service takes them; older ones may have upper case and underscores. */
export const bucketName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, "Must be the name of a bucket, nothing else.")
  .refine((name) => !name.includes("..") && isIP(name) === 0, "Must be the name of a bucket, nothing else.")
  .meta({ mono: true });

/** Keys go into a header, whose parts are separated by slashes and commas. */
export const accessKey = z
  .string()
  .min(1, "Enter the access key.")
  .max(256)
  .regex(/^[^\s/,=\p{Cc}]+$/u, "Must be the key's ID, without spaces, slashes or commas.")
  .meta({ mono: true });

export const secretKey = secret()
  .min(1, "Enter the secret key.")
  .regex(/^[^\p{Cc}]+$/u, "Control characters and line breaks are not allowed.");

export const storageClass = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "Must be a storage class, for example STANDARD_IA.")
  .refine(
    (name) => name !== "GLACIER" && name !== "DEEP_ARCHIVE",
    "Backups are read back to check them, which archive classes do not allow. Use GLACIER_IR.",
  )
  .optional()
  .meta({ mono: true });

/** What every S3 storage may have besides. */
export const commonFields = {
  prefix: z
    .string()
    .max(512)
    .refine((path) => isFolder(path), "Must be a folder such as backups/site-a, without slashes at its ends.")
    .optional()
    .meta({ mono: true }),
  object_lock_days: z.int().min(1).max(36_500).optional(),
  ca_certificate: z
    .string()
    .max(100_000)
    .refine(
      (pem) => pem.trim() === "" || pem.includes("-----BEGIN CERTIFICATE-----"),
      "Must be a PEM certificate.",
    )
    .optional()
    .meta({ control: "textarea" }),
};

interface CommonConfig {
  readonly prefix?: string | undefined;
  readonly object_lock_days?: number | undefined;
  readonly ca_certificate?: string | undefined;
}

/** The part of a place that the common fields say. */
export function commonPlace(config: CommonConfig) {
  const lockDays = config.object_lock_days ?? null;
  const pem = config.ca_certificate?.trim() ?? "";
  return {
    prefix: config.prefix ? `${config.prefix}/` : "",
    certificates: pem === "" ? null : `${pem}\n`,
    lockDays,
    // Removing only the newest version of a locked object would hide it and free nothing.
    removesVersions: lockDays !== null,
  };
}

/** False for what is refused as a path: the field's message says so. */
function isFolder(path: string): boolean {
  if (path === "") return true;
  try {
    return pathSegments(path).length > 0;
  } catch {
    return false;
  }
}
