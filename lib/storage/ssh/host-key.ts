import { createHash } from "node:crypto";
import type { SshConfig } from "#lib/storage/ssh/config";
import { StorageError } from "#lib/storage/types";

/** A server may hold one key of each; the pin may be of any. */
export const HOST_KEY_KINDS = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256"],
] as const;

/** As `ssh-keygen -l` shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The server is not the one that is known, or somebody stands in between. */
export class HostKeyChanged extends StorageError {
  constructor(config: Pick<SshConfig, "host" | "port" | "host_key">, shown: string) {
    super(
      "permanent",
      `The host key of ${config.host}:${config.port} has changed. Known: ${config.host_key}. Shown now: ${shown}. ` +
        "Nothing was sent. If the server was set up anew, compare with ssh-keygen -lf on its " +
        "/etc/ssh/ssh_host_*_key.pub, then put the new fingerprint into the field host_key of this storage, or " +
        "clear the field to learn it again. If not, somebody may be in between.",
    );
    this.name = "StorageError";
  }
}
