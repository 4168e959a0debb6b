import { createHash, hash } from "node:crypto";
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type Sink, writeBytes } from "#lib/engines/files/block-writer";
import { paddingOf } from "#lib/engines/files/tar-header";

/** Never through a link, never waiting for the other end of a pipe. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Read before the header is written: what fails here leaves no trace, and small files are done with it. */
const FIRST_BYTES = 128 * 1024;
const first = Buffer.allocUnsafeSlow(FIRST_BYTES);
const zeros = Buffer.alloc(64 * 1024);

export interface OpenFile {
  readonly fd: number;
  readonly stats: BigIntStats;
  /** The beginning of its contents; valid until the next file is opened. */
  readonly head: Buffer;
}

/** Opens and begins to read; null for what is no regular file any more. Throws the system's error. */
export function openFile(path: string): OpenFile | null {
  const fd = openSync(path, READ);
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (!stats.isFile()) {
      closeSync(fd);
      return null;
    }
    const wanted = Math.min(FIRST_BYTES, Number(stats.size));
    return { fd, stats, head: first.subarray(0, readFully(fd, first, wanted)) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function readFully(fd: number, buffer: Buffer, wanted: number): number {
  let used = 0;
  while (used < wanted) {
    const count = readSync(fd, buffer, used, wanted - used, null);
    if (count === 0) break;
    used += count;
  }
  return used;
}

export interface PackedContents {
  readonly sha256: string;
  /** What was wrong with the contents, for a list of warnings. */
  readonly changed: "grew" | "shrank" | "changed" | null;
  /** Reading broke in the middle; zeros stand for the rest. */
  readonly error: unknown;
}

/**
 * Writes exactly `size` bytes and their padding: a file that grows is cut, one that shrinks is filled up with
 * zeros. The digest is that of the bytes as they stand in the archive.
 */
export async function packContents(file: OpenFile, size: number, sink: Sink): Promise<PackedContents> {
  const { fd, head, stats } = file;
  await writeBytes(sink, head);
  let sha256: string;
  let missing = 0;
  let error: unknown = null;
  if (size === head.length) sha256 = hash("sha256", head);
  else {
    const digest = createHash("sha256").update(head);
    const rest = await packRest(fd, size - head.length, sink, digest);
    missing = rest.missing;
    error = rest.error;
    for (let left = missing; left > 0; left -= zeros.length) {
      const part = zeros.subarray(0, Math.min(left, zeros.length));
      digest.update(part);
      await writeBytes(sink, part);
    }
    sha256 = digest.digest("hex");
  }
  await writeBytes(sink, zeros.subarray(0, paddingOf(size)));
  const after = fstatSync(fd, { bigint: true });
  const same = after.size === stats.size && after.mtimeNs === stats.mtimeNs && missing === 0;
  if (same) return { sha256, changed: null, error };
  return { sha256, changed: missing > 0 ? "shrank" : after.size > stats.size ? "grew" : "changed", error };
}

async function packRest(
  fd: number,
  size: number,
  sink: Sink,
  digest: { update(bytes: Uint8Array): unknown },
): Promise<{ missing: number; error: unknown }> {
  let left = size;
  while (left > 0) {
    const room = await sink.room();
    let count: number;
    try {
      count = readSync(fd, room, 0, Math.min(left, room.length), null);
    } catch (error) {
      return { missing: left, error };
    }
    if (count === 0) break;
    digest.update(room.subarray(0, count));
    sink.wrote(count);
    left -= count;
  }
  return { missing: left, error: null };
}
