import { isIP } from "node:net";
import { z } from "zod";
import { secret } from "#lib/core/secret";
import { KeyProblem, readPrivateKey } from "#lib/storage/ssh/private-key";

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;
const NO_CONTROL = /^[^\p{Cc}]*$/u;

/** Keys as in the contract, section 6; `passphrase` opens the key, `host_key` is the server's fingerprint. */
export const sshConfig = z
  .strictObject({
    host: z
      .string()
      .min(1, "Enter the host.")
      .max(253)
      .refine(
        (host) => isIP(host) !== 0 || HOST_NAME.test(host),
        "Must be a host name or an IP address, nothing else.",
      ),
    port: z.int().min(1).max(65_535).default(22),
    username: z
      .string()
      .min(1, "Enter the user name.")
      .max(255)
      .regex(NO_CONTROL, "Control characters and line breaks are not allowed."),
    password: secret()
      .regex(NO_CONTROL, "Passwords with line breaks or control characters are not supported.")
      .meta({ replaces: ["private_key", "passphrase"] })
      .optional(),
    private_key: secret()
      .meta({ control: "textarea", replaces: ["password", "passphrase"] })
      .optional(),
    passphrase: secret().optional(),
    remote_path: z
      .string()
      .min(1, "Enter the path.")
      .max(1024)
      .regex(NO_CONTROL, "Control characters are not allowed.")
      .refine((path) => !path.split("/").includes(".."), 'Must not contain "..".')
      .meta({ mono: true, placeholder: "backups" }),
    host_key: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "Must be a fingerprint as ssh-keygen -l shows it: SHA256:…")
      .optional()
      .meta({ mono: true, wide: true, placeholder: "SHA256:…" }),
  })
  .superRefine((config, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    const { password, private_key: key, passphrase } = config;
    if (password !== undefined && key !== undefined)
      refuse("private_key", "Give a password or a private key, not both.");
    else if (key !== undefined) {
      try {
        readPrivateKey(key, passphrase);
      } catch (error) {
        if (!(error instanceof KeyProblem)) throw error;
        refuse(error.field, error.message);
      }
    } else if (passphrase !== undefined) refuse("passphrase", "A passphrase belongs to a private key.");
    else if (password === undefined) refuse("password", "Enter a password or a private key.");
  });

export type SshConfig = z.infer<typeof sshConfig>;
