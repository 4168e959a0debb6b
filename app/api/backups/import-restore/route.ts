import { importRestore } from "#lib/features/imports/import-restore";
import { assertAccess } from "#lib/features/use-case";
import { handle, json } from "#lib/web/route";
import { uploadOf } from "#lib/web/upload";

/** A backup file from outside, as the body itself; what goes with it stands in the address. */
export const POST = handle(async (request, ctx) => {
  assertAccess(ctx, "backups.restore");
  const { input, bytes } = uploadOf(request);
  return json(await importRestore(ctx, input, bytes, request.signal), 202);
});
