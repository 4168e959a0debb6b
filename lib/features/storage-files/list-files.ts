import { factsOfPage, type PageFacts } from "#lib/features/storage-files/artifacts";
import { neighboursOf } from "#lib/features/storage-files/neighbours";
import { withFiles } from "#lib/features/storage-files/open-files";
import { listFilesInput, type StorageFile, storageFilePage } from "#lib/features/storage-files/schema";
import { assertStoragePath, foldersAbove } from "#lib/features/storage-files/storage-path";
import { query } from "#lib/features/use-case";
import { LOG_FILE, MANIFEST_NAME } from "#lib/pipeline/manifest";
import type { StorageEntry } from "#lib/storage/types";

export const listFiles = query({
  name: "storage.files",
  summary: "What lies in a folder of a storage location, folders first, and which execution it belongs to.",
  permission: "storage.read",
  input: listFilesInput,
  output: storageFilePage,
  run: (db, { id, path, cursor, limit }, ctx) =>
    withFiles(ctx, id, "storage.read", async ({ row, adapter }) => {
      assertStoragePath(path, "path");
      const page = await adapter.list(path, { limit, ...(cursor === undefined ? {} : { cursor }) });
      const named = (kind: StorageEntry["kind"]) =>
        page.entries.filter((entry) => entry.kind === kind).map((entry) => entry.path);
      const facts = await factsOfPage(db, await neighboursOf(db, row), {
        path,
        files: named("file"),
        folders: named("folder"),
      });
      return {
        path,
        data: page.entries.map((entry) => described(entry, path, facts)),
        nextCursor: page.cursor,
      };
    }),
});

function described(entry: StorageEntry, folder: string, facts: PageFacts): StorageFile {
  const name = entry.path.slice(folder === "" ? 0 : folder.length + 1);
  const around = [folder, ...foldersAbove(folder).reverse()];
  const inherited = around.map((path) => facts.executions.get(path)).find((id) => id !== undefined);
  const own = entry.kind === "folder" ? facts.executions.get(entry.path) : undefined;
  const chunkNumber = facts.chunks.get(entry.path) ?? null;
  const executionId = own ?? inherited ?? null;
  return {
    path: entry.path,
    name,
    kind: entry.kind,
    role: roleOf({ name, kind: entry.kind, own: own !== undefined, executionId, chunkNumber }),
    sizeBytes: entry.sizeBytes,
    modifiedAt: entry.modifiedAt,
    executionId,
    chunkNumber: /\.part-\d+$/.test(name) ? chunkNumber : null,
    backupsCount: entry.kind === "folder" ? (facts.counts.get(entry.path) ?? 0) : null,
  };
}

function roleOf(of: {
  name: string;
  kind: StorageEntry["kind"];
  own: boolean;
  executionId: string | null;
  chunkNumber: number | null;
}): StorageFile["role"] {
  if (of.kind === "folder") return of.own ? "backup" : "folder";
  if (of.executionId === null) return "other";
  if (of.name === MANIFEST_NAME) return "manifest";
  if (of.name === LOG_FILE) return "log";
  const isPart = /\.part-\d+$/.test(of.name);
  if (of.chunkNumber !== null) return isPart ? "chunk" : "artifact";
  return "other";
}
