import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { holdersOf } from "#lib/features/storage-files/artifacts";
import { neighboursOf } from "#lib/features/storage-files/neighbours";
import { look, orMissing, withFiles } from "#lib/features/storage-files/open-files";
import { copyFileInput } from "#lib/features/storage-files/schema";
import { assertPathBelowRoot, foldersAbove } from "#lib/features/storage-files/storage-path";
import { command } from "#lib/features/use-case";
import { type StorageAdapter, StorageError } from "#lib/storage/types";

export const copyFile = command({
  name: "storage.path.copy",
  summary: "Copies a file within its storage location, never over another one.",
  permission: "storage.write",
  input: copyFileInput,
  output: z.object({ path: z.string(), sizeBytes: z.number() }),
  prepare: ({ id, sourcePath, destinationPath }, ctx) =>
    withFiles(ctx, id, "storage.write", async ({ row, adapter }) => {
      assertPathBelowRoot(sourcePath, "source_path", "copied");
      assertPathBelowRoot(destinationPath, "destination_path", "the name of a copy");
      if (sourcePath === destinationPath) throw refused("A file cannot be copied onto itself.");
      if ((await look(adapter, sourcePath)).kind === "folder") {
        throw refused("Only a file can be copied. Name one in this folder.", "source_path");
      }
      await assertFree(adapter, destinationPath);
      // A stranger's file in a backup's folder could be taken for a part of it.
      const [holder] = await holdersOf(ctx.db, await neighboursOf(ctx.db, row), destinationPath, {
        within: true,
      });
      if (holder) throw refused(`This folder belongs to the backup of execution ${holder.id}.`);
      await copy(adapter, sourcePath, destinationPath);
      return { path: destinationPath, sizeBytes: (await adapter.stat(destinationPath)).sizeBytes };
    }),
  run: async (_tx, _input, _ctx, copied) => copied,
  audit: (_result, input) => ({
    resourceType: "storage_location",
    resourceId: input.id,
    changes: { source_path: input.sourcePath, destination_path: input.destinationPath },
  }),
});

async function copy(adapter: StorageAdapter, from: string, to: string): Promise<void> {
  try {
    await adapter.copy(from, to, { signal: new AbortController().signal });
  } catch (error) {
    // Somebody else was faster: the storage refuses to overwrite.
    if (error instanceof StorageError && error.fault === "permanent") await assertFree(adapter, to);
    throw error;
  }
}

/** Nothing is there yet, and no file stands where a folder would have to be. */
async function assertFree(adapter: StorageAdapter, path: string): Promise<void> {
  if (await orMissing(adapter.stat(path))) throw refused("There is already a file with this name.");
  if (await orMissing(adapter.list(path, { limit: 1 }))) {
    throw refused("There is a folder with this name. Add the name of the copy.");
  }
  for (const folder of foldersAbove(path)) {
    if (await orMissing(adapter.stat(folder))) throw refused(`${JSON.stringify(folder)} is not a folder.`);
  }
}

function refused(message: string, field = "destination_path"): AppError {
  return new AppError("INVALID_STORAGE_COPY", message, { details: [{ field, message }] });
}
