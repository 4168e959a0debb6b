import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyArtifact } from "#lib/pipeline/copy";
import { MANIFEST_NAME, type Manifest } from "#lib/pipeline/manifest";
import { local } from "#lib/storage/local";
import type { StorageAdapter } from "#lib/storage/types";

const directory = "shop/nightly/run";
const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
const sha256 = createHash("sha256").update(content).digest("hex");
const manifest: Manifest = {
  version: 1,
  execution_id: "e",
  job_id: null,
  datasource_type: "postgres",
  backup_type: "full",
  compression: "none",
  encryption: null,
  total_size_bytes: content.length,
  compressed_size_bytes: content.length,
  checksum: `sha256:${sha256}`,
  chunks: [{ number: 1, file: "shop.dump", size_bytes: content.length, checksum: sha256 }],
  created_at: new Date(0).toISOString(),
  metadata: { extension: ".dump" },
};
const io = { signal: new AbortController().signal, log: () => undefined };
let root: string;
let source: StorageAdapter;

const storage = (name: string) =>
  local.open({ path: join(root, name) }, { allowedRoots: [root], isNew: true });
const files = (name: string) => readdirSync(join(root, name, directory)).sort();
const target = (adapter: StorageAdapter) => ({ storageLocationId: "target", adapter });
const request = (to: StorageAdapter) => ({
  manifest,
  directory,
  sources: [{ storageLocationId: "source", adapter: source }],
  target: target(to),
});
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "dg-copy-"));
  source = storage("a");
  await source.put(`${directory}/shop.dump`, once(content), { signal: io.signal });
  await source.put(`${directory}/${MANIFEST_NAME}`, once(Buffer.from(JSON.stringify(manifest))), {
    signal: io.signal,
  });
});
afterEach(() => rmSync(root, { recursive: true }));

it("copies the files, the manifest too, and mends what is damaged there", async () => {
  await copyArtifact(request(storage("b")), io);
  expect(files("b")).toEqual([MANIFEST_NAME, "shop.dump"]);
  truncateSync(join(root, "b", directory, "shop.dump"), 10);
  await copyArtifact(request(storage("b")), io);
  expect(readFileSync(join(root, "b", directory, "shop.dump")).equals(content)).toBe(true);
});

it("never harms the only copy where both locations name one place", async () => {
  await copyArtifact(request(storage("a")), io);
  expect(files("a")).toEqual([MANIFEST_NAME, "shop.dump"]);
  truncateSync(join(root, "a", directory, "shop.dump"), 10);
  await expect(copyArtifact(request(storage("a")), io)).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
  expect(files("a")).toEqual([MANIFEST_NAME, "shop.dump"]);
});
