import "server-only";
import type { NextRequest } from "next/server";
import { validationError } from "#lib/core/errors";
import { fromWire } from "#lib/core/wire";

/**
 * An upload: the request's body as a stream, never held in memory; its name from `x-file-name` (UTF-8,
 * percent-encoded where it is not plain ASCII); what else goes with it from the address.
 */
export function uploadOf(request: NextRequest): {
  input: Record<string, unknown>;
  bytes: AsyncIterable<Uint8Array>;
} {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/octet-stream\b/i.test(type)) {
    throw validationError([{ field: "content-type", message: "Send application/octet-stream." }]);
  }
  if (!request.body) throw validationError([{ field: "body", message: "Send the file as the body." }]);
  const query = fromWire(Object.fromEntries(request.nextUrl.searchParams)) as Record<string, unknown>;
  return { input: { ...query, fileName: fileName(request.headers.get("x-file-name")) }, bytes: request.body };
}

function fileName(header: string | null): string {
  try {
    return decodeURIComponent(header ?? "");
  } catch {
    throw validationError([{ field: "x-file-name", message: "This is not valid percent-encoding." }]);
  }
}
