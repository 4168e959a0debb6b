import { z } from "zod";
import { writeAudit } from "#lib/features/audit/write-audit";
import type { Context } from "#lib/features/context";
import { neighboursOf } from "#lib/features/storage-files/neighbours";
import { look, orMissing, withFiles } from "#lib/features/storage-files/open-files";
import { assertNoBackupIn } from "#lib/features/storage-files/protect";
import { deletePathInput } from "#lib/features/storage-files/schema";
import { assertPathBelowRoot } from "#lib/features/storage-files/storage-path";
import { command } from "#lib/features/use-case";
import type { StorageAdapter } from "#lib/storage/types";

const AUDIT_ACTION = "storage.path.delete";

export const deletePath = command({
  name: AUDIT_ACTION,
  summary: "Removes a file, or a folder with all in it, that no backup needs.",
  permission: "storage.write",
  input: deletePathInput,
  output: z.object({ path: z.string(), kind: z.enum(["file", "folder"]) }),
  // An approval is for one path: with the storage alone it would open every other one as well.
  critical: {
    action: "storage.path.delete",
    resource: ({ id, path }) => ({ type: "storage_path", id: `${id}/${path}` }),
  },
  prepare: (input, ctx) =>
    withFiles(ctx, input.id, "storage.write", async ({ row, adapter }) => {
      assertPathBelowRoot(input.path, "path", "deleted");
      const neighbours = await neighboursOf(ctx.db, row);
      const check = (path: string) => assertNoBackupIn(ctx.db, neighbours, path);
      await check(input.path);
      const { kind } = await look(adapter, input.path);
      if (kind === "file") await adapter.remove(input.path);
      else await removeFolder(adapter, input.path, check, (error) => auditPart(ctx, input, error));
      return { path: input.path, kind };
    }),
  run: async (_tx, _input, _ctx, removed) => removed,
  audit: (result, input) => ({
    resourceType: "storage_location",
    resourceId: input.id,
    changes: { path: result.path, kind: result.kind },
  }),
});

/**
 * From the innermost folder outwards, each looked at once more just before it goes: a backup that began since
 * the first look keeps its folder. Half a removal is told to `onPart`, then the error goes on.
 */
async function removeFolder(
  adapter: StorageAdapter,
  path: string,
  check: (path: string) => Promise<void>,
  onPart: (error: unknown) => Promise<void>,
): Promise<void> {
  let begun = false;
  const remove = async (folder: string): Promise<void> => {
    for (const inner of await foldersIn(adapter, folder)) await remove(inner);
    await check(folder);
    await adapter.remove(folder);
    begun = true;
  };
  try {
    await remove(path);
  } catch (error) {
    if (begun) await onPart(error);
    throw error;
  }
}

/** Folders are listed before files, so the first file ends the search. */
async function foldersIn(adapter: StorageAdapter, path: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await orMissing(adapter.list(path, { ...(cursor === undefined ? {} : { cursor }) }));
    const folders = page?.entries.filter((entry) => entry.kind === "folder") ?? [];
    found.push(...folders.map((entry) => entry.path));
    cursor = folders.length === page?.entries.length ? page.cursor : null;
  }
  return found;
}

/** What is gone is gone: a removal that stopped halfway leaves its trace too. */
async function auditPart(ctx: Context, input: { id: string; path: string }, error: unknown): Promise<void> {
  const stopped = error instanceof Error ? error.message : "unknown reason";
  await ctx.db.$transaction((tx) =>
    writeAudit(tx, ctx, {
      action: AUDIT_ACTION,
      resourceType: "storage_location",
      resourceId: input.id,
      changes: { path: input.path, kind: "folder" },
      metadata: { incomplete: true, stopped },
    }),
  );
}
