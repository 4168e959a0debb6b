import { isIP } from "node:net";
import { z } from "zod";
import { secret } from "#lib/core/secret";

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Identifiers of PostgreSQL are at most 63 bytes; control characters have no business in one. */
const name = (what: string) =>
  z
    .string()
    .min(1, `Enter the ${what}.`)
    .max(255)
    .regex(/^[^\p{Cc}]+$/u, "Control characters and line breaks are not allowed.");

/** Keys as in the contract, section 6. A host is a strict host name or IP address: it reaches real clients. */
export const postgresConfig = z.strictObject({
  host: z
    .string()
    .min(1, "Enter the host.")
    .max(253)
    .refine(
      (host) => isIP(host) !== 0 || HOST_NAME.test(host),
      "Must be a host name or an IP address, nothing else.",
    ),
  port: z.int().min(1).max(65_535).default(5432),
  database: name("database"),
  username: name("user name"),
  password: secret()
    .regex(/^[^\p{Cc}]*$/u, "Passwords with line breaks or control characters are not supported.")
    .optional(),
  ssl_enabled: z.boolean().default(false),
  ssl_ca: z
    .string()
    .max(100_000)
    .refine(
      (pem) => pem.trim() === "" || pem.includes("-----BEGIN CERTIFICATE-----"),
      "Must be a PEM certificate.",
    )
    .optional()
    .meta({ control: "textarea" }),
});

export type PostgresConfig = z.infer<typeof postgresConfig>;

/** The certificate authority to check the server against, or null. */
export function certificateOf(config: PostgresConfig): string | null {
  const pem = config.ssl_ca?.trim() ?? "";
  return config.ssl_enabled && pem !== "" ? `${pem}\n` : null;
}
