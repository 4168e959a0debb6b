import "server-only";
import { Readable } from "node:stream";

/** A download as a stream. When the client goes away the source is ended too. */
export function fileStream(file: {
  fileName: string;
  /** Absent where only the end tells. */
  sizeBytes?: number;
  mediaType?: string;
  bytes: AsyncIterable<Uint8Array>;
}): Response {
  const body = Readable.toWeb(Readable.from(file.bytes, { objectMode: false, highWaterMark: 1024 * 1024 }));
  const plain = file.fileName.replace(/[^\w.-]/g, "_");
  return new Response(body as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": file.mediaType ?? "application/octet-stream",
      ...(file.sizeBytes === undefined ? {} : { "content-length": String(file.sizeBytes) }),
      // RFC 6266: a plain name for old clients, the real one for the others.
      "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encoded(file.fileName)}`,
      // Next compresses every byte stream on its way: backups are compressed already.
      "cache-control": "no-store, no-transform",
    },
  });
}

/** RFC 8187 knows fewer plain characters than an address does. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
