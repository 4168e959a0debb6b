import { crc32, inflateRawSync } from "node:zlib";

/**
 * The files of a ZIP archive by name, read as an unpacker reads it: from the directory at its end, each checked
 * against size and checksum. Throws where the two disagree. Knows what fits in memory.
 */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06"));
  if (end < 0) throw new Error("This is no whole ZIP archive.");
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [crc, pressed, size] = [16, 20, 24].map((place) => archive.readUInt32LE(at + place));
    const [nameLength = 0, extraLength = 0, noteLength = 0] = [28, 30, 32].map((place) =>
      archive.readUInt16LE(at + place),
    );
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(start, start + (pressed ?? 0));
    const content = archive.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    if (content.length !== size || crc32(content) !== crc) throw new Error(`${name} is damaged.`);
    if (files.has(name)) throw new Error(`${name} is there twice.`);
    files.set(name, content);
    at += 46 + nameLength + extraLength + noteLength;
  }
  return files;
}
