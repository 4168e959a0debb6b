import "server-only";
import { Readable } from "node:stream";

/** A download as a stream. When the client goes away the source is ended too. */
export function fileStream(file: {
  fileName: string;
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
}): Response {
  const body = Readable.toWeb(Readable.from(file.bytes, { objectMode: false, highWaterMark: 1024 * 1024 }));
  const plain = file.fileName.replace(/[^\w.-]/g, "_");
  return new Response(body as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(file.sizeBytes),
      // RFC 6266: a plain name for old clients, the real one for the others.
      "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
      "cache-control": "no-store",
    },
  });
}
