import type { Compression } from "#lib/core/backup-options";
import { COMPRESSION_SUFFIX } from "#lib/streams/compress";

const MAX_SLUG = 80;

/** Lower-case ASCII letters, digits and hyphens, never empty: safe in every storage and file system. */
export function slug(name: string, fallback: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const result = plain.replace(/[^a-z0-9]+/g, "-").slice(0, MAX_SLUG).replace(/^-+|-+$/g, "");
  return result === "" ? fallback : result;
}

/** `YYYY-MM-DD_HHMMSS` in UTC. */
function stamp(instant: Date): string {
  const [day = "", time = ""] = instant.toISOString().split("T");
  return `${day}_${time.slice(0, 8).replaceAll(":", "")}`;
}

/** The folder of one artifact (contract, section 6). `createdAt` is the attempt's start. */
export function artifactDirectory(of: {
  datasourceName: string;
  jobName: string;
  createdAt: Date;
  executionId: string;
}): string {
  const leaf = `${stamp(of.createdAt)}_${of.executionId.slice(0, 8)}`;
  return `${slug(of.datasourceName, "datasource")}/${slug(of.jobName, "job")}/${leaf}`;
}

/** `{database}.{ext}.{zst|gz|lz4}`, before any part number. Keeps what is readable of the name. */
export function artifactFile(subject: string, extension: string, compression: Compression): string {
  const plain = subject.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9._-]+/g, "-");
  const base = plain.replace(/^[.-]+|-+$/g, "").slice(0, MAX_SLUG) || "database";
  return `${base}${extension}${COMPRESSION_SUFFIX[compression]}`;
}

/** Parts are numbered whenever a job limits the file size, also where one is enough. */
export function partFile(file: string, number: number, numbered: boolean): string {
  return numbered ? `${file}.part-${String(number).padStart(3, "0")}` : file;
}
