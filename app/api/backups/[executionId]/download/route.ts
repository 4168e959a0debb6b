import { downloadBackup } from "#lib/features/backups/download-backup";
import { fileStream } from "#lib/web/file-stream";
import { streaming } from "#lib/web/route";

/** The stored artifact as it is, parts joined, as a stream. */
export const GET = streaming(async (request, ctx, { executionId = "" }) => {
  const storageLocationId = request.nextUrl.searchParams.get("storage_location_id") ?? undefined;
  return fileStream(await downloadBackup(ctx, { executionId, storageLocationId, signal: request.signal }));
});
