import type { SshConfig } from "#lib/storage/ssh/config";
import type { LoginTrail } from "#lib/storage/ssh/login";
import { KeyProblem } from "#lib/storage/ssh/private-key";
import { StorageError } from "#lib/storage/types";

/** Failures of the network; a name may be unknown only while its machine restarts. */
const NETWORK: Record<string, string> = {
  ECONNREFUSED: "refused the connection: nothing listens on that host and port",
  ENOTFOUND: "is unknown: there is no such host name",
  EAI_AGAIN: "could not be looked up: the name service does not answer",
  ETIMEDOUT: "did not answer in time. Check host, port and firewall",
  EHOSTUNREACH: "cannot be reached from here",
  ENETUNREACH: "cannot be reached from here: its network is unknown",
  ECONNRESET: "closed the connection before the login was through",
};

/** Turns any failure on the way to an SFTP session into words that name the server. */
export function explainConnect(error: unknown, config: SshConfig, trail: LoginTrail): StorageError {
  const server = `${config.host}:${config.port}`;
  const say = (fault: "permanent" | "transient", words: string) =>
    new StorageError(fault, `${server} ${words}.`, { cause: error });
  if (error instanceof StorageError) return error;
  if (error instanceof KeyProblem) return new StorageError("permanent", error.message, { cause: error });
  const { code, level, message } = error as { code?: unknown; level?: unknown; message?: string };
  const network = typeof code === "string" ? NETWORK[code] : undefined;
  if (network) return say("transient", network);
  if (level === "client-authentication") return say("permanent", refusal(config, trail));
  if (level === "password-expired") {
    return say("permanent", `wants a new password for ${config.username} first. Change it there`);
  }
  if (level === "sftp") {
    const hint = "Check that the user may use SFTP there (Subsystem sftp in sshd_config)";
    return say("permanent", `let ${config.username} in, but offers no SFTP: ${message}. ${hint}`);
  }
  if (level === "client-timeout") return say("transient", "did not finish the login in time");
  if (level === "handshake" && /no matching/i.test(message ?? "")) {
    return say("permanent", `and this program share no algorithm (${message})`);
  }
  if (level === "handshake" || level === "protocol") {
    if (/before handshake/.test(message ?? "")) {
      return say(
        "transient",
        "closed the connection before it said anything: it is busy, or refuses this address",
      );
    }
    return say("permanent", `does not speak SSH as expected: ${message}`);
  }
  return say("transient", `broke the connection off: ${message || "no reason given"}`);
}

function refusal(config: SshConfig, trail: LoginTrail): string {
  const what = config.private_key === undefined ? "password" : "key";
  const { username } = config;
  const offered = trail.offered ?? [];
  if (trail.partial) {
    return `wants a further step (${offered.join(", ")}) after the ${what} of ${username}, which cannot be given here`;
  }
  const fits = what === "key" ? ["publickey"] : ["password", "keyboard-interactive"];
  if (offered.length > 0 && !offered.some((way) => fits.includes(way))) {
    return `does not let ${username} in by a ${what}; it takes ${offered.join(", ")}`;
  }
  if (what === "key") {
    return `refused the key of ${username}. Check the user name, and that the public key is in its authorized_keys there`;
  }
  return `refused the password of ${username}`;
}
