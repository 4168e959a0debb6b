import { downloadPath } from "#lib/features/storage-files/download-path";
import { fileStream } from "#lib/web/file-stream";
import { streaming } from "#lib/web/route";

/** A file as it is, or a folder as a ZIP archive, as a stream. */
export const GET = streaming(async (request, ctx, { id = "" }) => {
  const path = request.nextUrl.searchParams.get("path") ?? undefined;
  return fileStream(await downloadPath(ctx, { id, path, signal: request.signal }));
});
