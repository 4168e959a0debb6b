import { isIP } from "node:net";
import { z } from "zod";
import { secret } from "#lib/core/secret";

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** A strict host name or IP address, nothing else: it reaches real clients. */
export const hostField = () =>
  z
    .string()
    .min(1, "Enter the host.")
    .max(253)
    .refine(
      (host) => isIP(host) !== 0 || HOST_NAME.test(host),
      "Must be a host name or an IP address, nothing else.",
    );

export const portField = (usual: number) => z.int().min(1).max(65_535).default(usual);

/** The name of a database or a user. Servers take at most 63 to 255 bytes; control characters never. */
export const nameField = (what: string) =>
  z
    .string()
    .min(1, `Enter the ${what}.`)
    .max(255)
    .regex(/^[^\p{Cc}]+$/u, "Control characters and line breaks are not allowed.");

export const passwordField = () =>
  secret().regex(/^[^\p{Cc}]*$/u, "Passwords with line breaks or control characters are not supported.");

/** Whether to use TLS, and the authority to check the server against, as a PEM text. */
export const tlsFields = () => ({
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

/** The certificate authority to check the server against, or null. */
export function certificateOf(config: { ssl_enabled: boolean; ssl_ca?: string | undefined }): string | null {
  const pem = config.ssl_ca?.trim() ?? "";
  return config.ssl_enabled && pem !== "" ? `${pem}\n` : null;
}
