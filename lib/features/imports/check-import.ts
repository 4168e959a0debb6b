import { z } from "zod";
import { planImport } from "#lib/features/imports/import-restore";
import { importInput } from "#lib/features/imports/schema";
import { query } from "#lib/features/use-case";

/** A browser hears of a refusal only when it has sent all of its file: so it asks first. */
export const checkImport = query({
  name: "backup.import_check",
  summary: "Whether a file could be uploaded and restored as asked, before it is sent.",
  permission: "backups.restore",
  input: importInput,
  output: z.object({ storageLocationId: z.uuid() }),
  run: async (_db, input, ctx) => ({ storageLocationId: (await planImport(ctx, input)).location.id }),
});
