import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openArtifact, verifyArtifact } from "#lib/pipeline/artifact";
import {
  artifactFileName,
  layoutDirectory,
  MANIFEST_NAME,
  parseManifest,
  readManifest,
  readManifestOfAny,
  removeArtifact,
} from "#lib/pipeline/manifest";
import {
  backup,
  content,
  directory,
  engine,
  files,
  flipFirst,
  io,
  restored,
  restoreFrom,
  root,
  storage,
} from "#lib/pipeline/under-test";
import { faulty } from "#lib/storage/faulty";
import type { StorageAdapter } from "#lib/storage/types";

describe("backup", () => {
  it.each(["zstd", "gzip", "lz4", "none"])("with %s comes back the same", async (compression) => {
    const adapter = storage("a");
    const result = await backup({ a: adapter }, { compression });
    expect(result.sizeBytes).toBe(content.length);
    const manifest = await readManifest(adapter, directory);
    expect(manifest).toEqual(result.manifest);
    expect(manifest.metadata).toMatchObject({ note: "kept", inventory: { tables: { t: 2 } } });
    await restoreFrom([adapter], manifest);
    expect(restored?.equals(content)).toBe(true);
    await removeArtifact(adapter, directory);
    expect(files("a")).toEqual([]);
  });

  it("in parts is listed whole in its manifest, and joined again under one name", async () => {
    const adapter = storage("a");
    const big = await backup({ a: adapter }, { compression: "none", max_file_size_mb: 1 });
    expect(big.chunks.map((part) => part.file)).toEqual(["Shop-db.dump.part-001"]);
    expect(artifactFileName(big.manifest)).toBe("Shop-db.dump");
    const parts: Uint8Array[] = [];
    const place = { manifest: big.manifest, directory, adapter };
    for await (const part of openArtifact({ ...place, signal: io().signal, decompress: false }))
      parts.push(part);
    expect(Buffer.concat(parts).equals(content)).toBe(true);
  });

  it.each([
    ["breaks", { fails: new Error("tool broke") }],
    [
      "breaks before it is known why",
      { fails: new Error("tool exited"), explains: new Error("tool broke for this and that") },
    ],
    ["ends well but its tool does not", { failsLate: new Error("tool broke") }],
  ])("leaves nothing when the source %s", async (_, how) => {
    await expect(
      backup({ a: storage("a"), b: storage("b") }, { storage_strategy: "replicate" }, engine(how)),
    ).rejects.toThrow("tool broke");
    expect([files("a"), files("b")]).toEqual([[], []]);
  });

  it("completes on the others when one storage dies", async () => {
    const a = faulty(storage("a"), { putBreaksAt: 50_000, fault: "permanent" });
    const result = await backup({ a, b: storage("b") }, { storage_strategy: "replicate" });
    expect(result.successes.map((success) => success.storageLocationId)).toEqual(["b"]);
    expect(result.failures).toMatchObject([{ storageLocationId: "a" }]);
    expect(files("a")).toEqual([]);
    expect(files("b").some((file) => file.endsWith(MANIFEST_NAME))).toBe(true);
  });

  it("does not count a copy that reads back differently", async () => {
    const a = faulty(storage("a"), { flipBitAt: 1000, only: ".zst" });
    await expect(backup({ a })).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
    expect(files("a")).toEqual([]);
  });

  it("falls back to the next storage that can be written to", async () => {
    const gone = storage("gone");
    rmSync(join(root, "gone"), { recursive: true });
    const result = await backup({ gone, b: storage("b") }, { storage_strategy: "fallback" });
    expect(result.successes.map((success) => success.storageLocationId)).toEqual(["b"]);
    expect(result.failures).toMatchObject([{ storageLocationId: "gone" }]);
  });

  it("does not count a copy whose bytes changed on their way", async () => {
    const inner = storage("a");
    const flipping: StorageAdapter = {
      ...faulty(inner, {}),
      put: (path, bytes, options) =>
        inner.put(path, path.endsWith(".zst") ? flipFirst(bytes) : bytes, options),
    };
    await expect(backup({ a: flipping })).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
    expect(files("a")).toEqual([]);
  });

  it("starts again on the next storage when one dies half way", async () => {
    const a = faulty(storage("a"), { putBreaksAt: 50_000, fault: "permanent", only: ".zst" });
    const result = await backup({ a, b: storage("b") }, { storage_strategy: "fallback" });
    expect(result.successes.map((success) => success.storageLocationId)).toEqual(["b"]);
    expect(result.failures).toMatchObject([{ storageLocationId: "a" }]);
    expect(files("a")).toEqual([]);
    await restoreFrom([storage("b")], result.manifest);
    expect(restored?.equals(content)).toBe(true);
  });

  it("does not try the next storage when the source fails", async () => {
    const b = storage("b");
    const broken = engine({ fails: new Error("source broke") });
    await expect(backup({ a: storage("a"), b }, { storage_strategy: "fallback" }, broken)).rejects.toThrow(
      "source broke",
    );
    expect([files("a"), files("b")]).toEqual([[], []]);
  });

  it("says that it was cancelled", async () => {
    const abort = new AbortController();
    abort.abort(new Error("no more"));
    await expect(backup({ a: storage("a") }, {}, engine(), abort.signal)).rejects.toMatchObject({
      code: "CANCELLED",
    });
    expect(files("a")).toEqual([]);
  });
});

describe("damage", () => {
  it.each([
    [
      "a flipped bit",
      (path: string) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, at) => (at === 99 ? byte ^ 1 : byte)),
        ),
    ],
    ["a cut-off file", (path: string) => truncateSync(path, 99)],
    ["a longer file", (path: string) => writeFileSync(path, "more", { flag: "a" })],
    ["a missing file", (path: string) => rmSync(path)],
  ])("%s is named, and the target not touched", async (_, harm) => {
    const adapter = storage("a");
    const { manifest, backupPath } = await backup({ a: adapter });
    harm(join(root, "a", backupPath));
    const found = { code: "ARTIFACT_CORRUPT", message: expect.stringContaining("Shop-db.dump.zst") };
    await expect(verifyArtifact({ manifest, directory, adapter }, io())).rejects.toMatchObject(found);
    await expect(restoreFrom([adapter], manifest)).rejects.toMatchObject(found);
    expect(restored).toBeNull();
  });

  it("of one copy makes the restore take the other", async () => {
    const adapters = { a: storage("a"), b: storage("b") };
    const { manifest, backupPath } = await backup(adapters, { storage_strategy: "replicate" });
    truncateSync(join(root, "a", backupPath), 10);
    const facts = await restoreFrom([adapters.a, adapters.b], manifest);
    expect(facts.sourceStorageLocationId).toBe("s1");
    expect(restored?.equals(content)).toBe(true);
  });

  it("of one copy while the other is out of reach does not make the backup a damaged one", async () => {
    const adapters = { a: storage("a"), b: storage("b") };
    const { manifest, backupPath } = await backup(adapters, { storage_strategy: "replicate" });
    truncateSync(join(root, "a", backupPath), 10);
    const away = faulty(adapters.b, { getBreaksAt: 0 });
    await expect(restoreFrom([adapters.a, away], manifest)).rejects.toMatchObject({
      code: "BACKUP_STORAGE_UNAVAILABLE",
      message: expect.stringMatching(/is damaged.*The target was not touched/),
    });
    writeFileSync(join(root, "a", directory, "manifest.json"), "{");
    const sources = [adapters.a, away].map((adapter, at) => ({ storageLocationId: `s${at}`, adapter }));
    await expect(readManifestOfAny(sources, directory)).rejects.toMatchObject({
      code: "BACKUP_STORAGE_UNAVAILABLE",
    });
    await expect(readManifestOfAny(sources.slice(0, 1), directory)).rejects.toMatchObject({
      code: "ARTIFACT_CORRUPT",
    });
    expect(restored).toBeNull();
  });

  it("is restored from the other copy when one breaks off in the middle", async () => {
    const adapters = { a: storage("a"), b: storage("b") };
    const { manifest } = await backup(adapters, { storage_strategy: "replicate" });
    // The check before reads it whole; then it breaks once, while the target is being written.
    let reads = 0;
    const breaks = faulty(adapters.a, { getBreaksAt: 60_000, fault: "permanent", only: ".zst" });
    const a: StorageAdapter = {
      ...faulty(adapters.a, {}),
      get: (path, options) => {
        if (path.endsWith(".zst")) reads += 1;
        return reads > 1 ? breaks.get(path, options) : adapters.a.get(path, options);
      },
    };
    await restoreFrom([a, adapters.b], manifest);
    expect(restored?.equals(content)).toBe(true);
    expect(reads).toBe(2);
  });

  it.each([
    ["../../etc/passwd", "chunks.0.file"],
    [".dg-storage", "chunks.0.file"],
  ])("a manifest that names %s is refused", async (file, where) => {
    const { manifest } = await backup({ a: storage("a") });
    const bad = { ...manifest, chunks: manifest.chunks.map((part) => ({ ...part, file })) };
    expect(() => parseManifest(JSON.stringify(bad), "m")).toThrow(where);
    const reordered = { ...manifest, chunks: manifest.chunks.map((part) => ({ ...part, number: 2 })) };
    expect(() => parseManifest(JSON.stringify(reordered), "m")).toThrow("out of order");
    expect(() => parseManifest("{", "m")).toThrow("not JSON");
  });
});

describe("layoutDirectory", () => {
  it.each([
    ["Shop DB", "Nightly Größe", "shop-db/nightly-große".replace("ß", "-")],
    ["../..", "日本", "datasource/job"],
    ["a/b\\c", "  ", "a-b-c/job"],
  ])("%s / %s", (datasourceName, jobName, expected) => {
    const at = { createdAt: new Date("2026-01-02T03:04:05.678Z"), executionId: "abcdef01-2345" };
    expect(layoutDirectory({ datasourceName, jobName, ...at })).toBe(
      `${expected}/2026-01-02_030405_abcdef01`,
    );
  });
});
