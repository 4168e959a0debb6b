import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect } from "vitest";
import { z } from "zod";
import { backupOptions } from "#lib/core/backup-options";
import type { Dump, Engine, RestoreOptions } from "#lib/engines/types";
import { runBackup } from "#lib/pipeline/backup";
import type { readManifest } from "#lib/pipeline/manifest";
import { runRestore } from "#lib/pipeline/restore";
import { local } from "#lib/storage/local";
import type { StorageAdapter } from "#lib/storage/types";

export const content = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${i * 7919} line\n`).join(""));
export const directory = "shop/nightly/2026-01-02_030405_abcdef01";
/** Longer than the broken blocks alone need to end a backup. */
const LATE_MS = 50;
export let root: string;
export let restored: Buffer | null;

/**
 * A source of known bytes: what is under test here is the way of the bytes, not a database. It `fails` half way,
 * or `failsLate` when all bytes came; what it `explains` is known some time after the blocks broke off.
 */
export function engine(options: { fails?: Error; failsLate?: Error; explains?: Error } = {}): Engine {
  const dump = async (): Promise<Dump> => {
    const broken = Promise.withResolvers<void>();
    async function* blocks() {
      for (let at = 0; at < content.length; at += 100_000) {
        if (options.fails && at > 300_000) {
          broken.resolve();
          throw options.fails;
        }
        yield content.subarray(at, at + 100_000);
      }
    }
    const facts = {
      databaseVersion: "1",
      toolVersion: "t 1",
      tablesBackedUp: 1,
      rowsApproximate: 2,
      inventory: { tables: { t: 2 } },
      engineOutput: [],
    };
    const finished = (async () => {
      const failure = options.explains ?? options.fails ?? options.failsLate;
      if (options.explains) {
        await broken.promise;
        // The fault itself is that the reason comes late; nothing is waited for here.
        await setTimeout(LATE_MS);
      }
      if (failure) throw failure;
      return facts;
    })();
    // The pipeline awaits it once it has the blocks; until then a failure must not count as unhandled.
    finished.catch(() => undefined);
    return {
      extension: ".dump",
      estimatedBytes: null,
      blocks: blocks(),
      release: () => undefined,
      received: () => 0,
      finished,
    };
  };
  const restore = async (_: object, bytes: AsyncIterable<Uint8Array>, _options: RestoreOptions) => {
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(part);
    restored = Buffer.concat(parts);
    return { toolVersion: "t 1", databaseVersion: "1", engineOutput: [] };
  };
  const base = {
    type: "postgres" as const,
    label: "Known bytes",
    config: z.object({}),
    subject: () => "Shöp/db",
  };
  const explain = () => expect.unreachable();
  return { ...base, dump, restore, explain, tools: async () => [], probe: async () => expect.unreachable() };
}

export const io = (signal = new AbortController().signal) => ({
  signal,
  log: () => undefined,
  tempDirectory: root,
  places: { allowedRoots: [root], ownPaths: [] },
  onProgress: () => undefined,
});

export async function* flipFirst(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of bytes) {
    const copy = Uint8Array.from(chunk);
    if (first) copy[0] = (copy[0] ?? 0) ^ 1;
    first = false;
    yield copy;
  }
}

export function storage(name: string): StorageAdapter {
  return local.open({ path: join(root, name) }, { allowedRoots: [root], isNew: true });
}

export const files = (name: string) =>
  readdirSync(join(root, name), { recursive: true })
    .map(String)
    .filter((file) => file !== ".dg-storage");

export function backup(
  adapters: Record<string, StorageAdapter>,
  options: object = {},
  source = engine(),
  signal?: AbortSignal,
) {
  const targets = Object.entries(adapters).map(([storageLocationId, adapter]) => ({
    storageLocationId,
    adapter,
  }));
  return runBackup(
    {
      executionId: "abcdef01-0000-4000-8000-000000000000",
      jobId: null,
      engine: source,
      config: {},
      options: backupOptions.parse(options),
      targets,
      directory,
      createdAt: new Date(0),
      stallMs: 60_000,
      metadata: { note: "kept" },
    },
    io(signal),
  );
}

export const restoreFrom = (adapters: StorageAdapter[], manifest: Awaited<ReturnType<typeof readManifest>>) =>
  runRestore(
    {
      engine: engine(),
      config: {},
      manifest,
      directory,
      sources: adapters.map((adapter, index) => ({ storageLocationId: `s${index}`, adapter })),
      dropExisting: true,
      tables: [],
      parallelJobs: 1,
    },
    io(),
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dg-pipeline-"));
  restored = null;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
