import { readdirSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { canRunSshd, MISSING_SSHD, removeSshd, type Sshd, startSshd } from "#e2e/servers/sshd";
import { storageContract } from "#lib/storage/contract";
import { ssh } from "#lib/storage/ssh";

let sshd: Sshd;
let serial = 0;
beforeAll(async () => {
  sshd = await startSshd(await mkdtemp(join(tmpdir(), "dg-sshd-")));
});
afterAll(() => removeSshd(sshd));

async function under(login: object) {
  serial += 1;
  const config = ssh.config.parse({
    host: "127.0.0.1", port: sshd.port, username: sshd.username, remote_path: `store-${serial}`, ...login,
  });
  const adapter = ssh.open(await ssh.complete!(config, { allowedRoots: [], isNew: true }), { allowedRoots: [] });
  const path = join(sshd.home, `store-${serial}`);
  return { adapter, everything: async () => readdirSync(path, { recursive: true }).map(String).sort(), dispose: async () => rmSync(path, { recursive: true }) };
}
storageContract("ssh by password", () => under({ password: sshd.password }));
