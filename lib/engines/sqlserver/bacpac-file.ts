import { type FileHandle, open } from "node:fs/promises";

/** Of the record at a ZIP archive's end, without its comment (PKWARE APPNOTE, 4.3.16). */
const RECORD_BYTES = 22;
const SIGNATURE = 0x06054b50;
/** Stands where the number is in the record of the ZIP64 format instead. */
const LARGE = 0xffffffff;
const MAX_COMMENT = 0xffff;

/**
 * The size in bytes of a .bacpac, which is a ZIP archive; null for a file that is missing, empty, no archive,
 * or cut off, for then the directory at its end is not there or does not fit.
 */
export async function wholeBacpac(path: string): Promise<number | null> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    return (await hasDirectory(file, size)) ? size : null;
  } finally {
    await file.close();
  }
}

async function hasDirectory(file: FileHandle, size: number): Promise<boolean> {
  const length = Math.min(size, RECORD_BYTES + MAX_COMMENT);
  const tail = Buffer.alloc(length);
  const { bytesRead } = await file.read(tail, 0, length, size - length);
  for (let at = bytesRead - RECORD_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== SIGNATURE) continue;
    if (at + RECORD_BYTES + tail.readUInt16LE(at + 20) !== bytesRead) continue;
    const entries = tail.readUInt16LE(at + 10);
    const bytes = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    const fits = bytes === LARGE || offset === LARGE || offset + bytes <= size - length + at;
    return entries > 0 && fits;
  }
  return false;
}
