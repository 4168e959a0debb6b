import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type World } from "#e2e/servers/world";
import { SECRET_MASK } from "#lib/core/secret";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { testStorage, testStorageConfig } from "#lib/features/storage-locations/test-storage";
import { updateStorage } from "#lib/features/storage-locations/update-storage";

const url = process.env.TEST_SSHD_URL;
const FOREIGN = `SHA256:${"A".repeat(43)}`;

describe.skipIf(url === undefined)("an SSH storage by its use cases", () => {
  const { hostname, port, username, password } = new URL(url ?? "ssh://-");
  const config = {
    host: hostname,
    port: Number(port),
    username,
    password: decodeURIComponent(password),
    remote_path: `by-use-case-${crypto.randomUUID()}`,
  };
  const { password: _secret, ...open } = config;
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it("pins the server's key when it is saved, shows it, and refuses another", async () => {
    const unsaved = await testStorageConfig.execute({ type: "ssh", config }, world.admin);
    expect(unsaved.hostKey).toMatch(/^SHA256:/);
    const saved = await createStorage.execute({ name: "Far away", type: "ssh", config }, world.admin);
    expect(saved.config).toEqual({ ...open, password: SECRET_MASK, host_key: unsaved.hostKey });
    const row = await world.database.prisma.storageLocation.findUniqueOrThrow({ where: { id: saved.id } });
    expect(JSON.stringify(row.config)).not.toContain(JSON.stringify(config.password).slice(1, -1));
    expect(await testStorage.execute({ id: saved.id }, world.admin)).toMatchObject({
      hostKey: unsaved.hostKey,
    });

    // A stored password goes to no server with another key, unless it is typed again.
    const asked = { code: "VALIDATION_ERROR", details: [{ field: "config.password" }] };
    for (const config of [{ ...open, host_key: FOREIGN }, open]) {
      const update = updateStorage.execute({ id: saved.id, config }, world.admin);
      await expect(update).rejects.toMatchObject(asked);
    }
    const foreign = { id: saved.id, config: { ...config, host_key: FOREIGN } };
    await updateStorage.execute(foreign, world.admin);
    const refused = testStorage.execute({ id: saved.id }, world.admin);
    await expect(refused).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
    await expect(refused).rejects.toThrow(unsaved.hostKey);

    const cleared = await updateStorage.execute({ id: saved.id, config }, world.admin);
    expect(cleared.config.host_key).toBe(unsaved.hostKey);
  });

  it("says why it cannot be saved, and keeps nothing then", async () => {
    const wrong = { name: "Wrong", type: "ssh" as const, config: { ...config, password: "wrong" } };
    const refused = createStorage.execute(wrong, world.admin);
    await expect(refused).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
    await expect(refused).rejects.toThrow("refused the password");
    expect(await world.database.prisma.storageLocation.count({ where: { name: "Wrong" } })).toBe(0);
  });

  it("a key takes the place of a stored password", async () => {
    const saved = await createStorage.execute({ name: "Swap", type: "ssh", config }, world.admin);
    const folder = mkdtempSync(join(tmpdir(), "dg-key-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
    const key = readFileSync(join(folder, "key"), "utf8");
    rmSync(folder, { recursive: true });
    const swapped = { ...open, password: SECRET_MASK, private_key: key, host_key: saved.config.host_key };
    const updated = await updateStorage.execute({ id: saved.id, config: swapped }, world.admin);
    expect(updated.config).toEqual({ ...open, private_key: SECRET_MASK, host_key: saved.config.host_key });
  });
});
