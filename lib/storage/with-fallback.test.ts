import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { faulty } from "#lib/storage/faulty";
import { local } from "#lib/storage/local";
import { withFallback } from "#lib/storage/with-fallback";

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
const signal = new AbortController().signal;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dg-fallback-"));
});
afterEach(() => rmSync(root, { recursive: true }));

async function stored(name: string) {
  const adapter = local.open({ path: join(root, name) }, { allowedRoots: [root], isNew: true });
  const bytes = (async function* () {
    yield content;
  })();
  await adapter.put("file", bytes, { signal });
  return adapter;
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

it("goes on at the same byte on the next storage, and stays there", async () => {
  const switches: string[] = [];
  const broken = faulty(await stored("a"), { getBreaksAt: 123_456, fault: "permanent" });
  const storages = [
    { name: "a", adapter: broken },
    { name: "b", adapter: await stored("b") },
  ];
  const both = withFallback(storages, (from, to) => switches.push(`${from.name} ${to.name}`));
  expect((await readAll(await both.get("file", { signal }))).equals(content)).toBe(true);
  const part = await readAll(await both.get("file", { signal, start: 1000, end: 1009 }));
  expect(part.equals(content.subarray(1000, 1010))).toBe(true);
  expect(switches).toEqual(["a b"]);
});

it("rejects with the first error when no storage is left", async () => {
  const a = faulty(await stored("a"), { getBreaksAt: 100, fault: "permanent" });
  const b = faulty(await stored("b"), { getBreaksAt: 200, fault: "permanent" });
  const both = withFallback(
    [
      { name: "a", adapter: a },
      { name: "b", adapter: b },
    ],
    () => undefined,
  );
  await expect(readAll(await both.get("file", { signal }))).rejects.toThrow("byte 100");
});

it("does not take an abort for a broken storage", async () => {
  const abort = new AbortController();
  const storages = ["a", "b"].map(async (name) => ({ name, adapter: await stored(name) }));
  const both = withFallback(await Promise.all(storages), () => expect.unreachable());
  const source = await both.get("file", { signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(readAll(source)).rejects.toThrow("enough");
});
