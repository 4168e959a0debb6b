import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Sshd } from "#e2e/servers/sshd";
import { ssh } from "#lib/storage/ssh";
import type { SshConfig } from "#lib/storage/ssh/config";
import type { StorageAdapter } from "#lib/storage/types";

/** A storage on a test's sshd, in a folder of its own. */
export interface SshStorage {
  readonly adapter: StorageAdapter;
  readonly config: SshConfig;
  /** The storage's folder on this machine. */
  readonly path: string;
  everything(): Promise<string[]>;
  dispose(): Promise<void>;
}

let serial = 0;

/** Sets up a new storage as saving one does; `more` overrides fields of its config. */
export async function newSshStorage(sshd: Sshd, more: Partial<SshConfig> = {}): Promise<SshStorage> {
  serial += 1;
  const given = {
    host: "127.0.0.1",
    port: sshd.port,
    username: sshd.username,
    ...(more.private_key === undefined && { password: sshd.password }),
    remote_path: `store-${serial}`,
    ...more,
  };
  const config = await complete(ssh.config.parse(given), true);
  const path = join(sshd.home, config.remote_path);
  return {
    adapter: ssh.open(config, { allowedRoots: [] }),
    config,
    path,
    everything: async () => readdirSync(path, { recursive: true }).map(String).sort(),
    dispose: () => rm(path, { recursive: true, force: true }),
  };
}

/** What saving adds to a config. */
export async function complete(config: SshConfig, isNew: boolean): Promise<SshConfig> {
  return (await ssh.complete?.(config, { allowedRoots: [], isNew })) ?? config;
}
