import type { FileEntryWithStats } from "ssh2";
import { RESERVED_PREFIX } from "#lib/storage/object-path";
import type { StorageEntry, StoragePage } from "#lib/storage/types";

const MOST = 1000;

/** A page of a folder's entries: folders first, in name order; the cursor is the last key of the page. */
export function pageOf(
  parent: string,
  all: readonly FileEntryWithStats[],
  options: { cursor?: string; limit?: number },
): StoragePage {
  const limit = Math.max(1, Math.min(options.limit ?? MOST, MOST));
  const after = options.cursor === undefined ? "" : Buffer.from(options.cursor, "base64url").toString();
  const rest = all
    .filter(isOurs)
    .map((entry) => ({ key: sortKey(entry), entry }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: page.map(({ entry }) => present(parent, entry)),
    cursor: rest.length > limit && last ? Buffer.from(last.key).toString("base64url") : null,
  };
}

/** Our reserved names stay out of listings, and so does what is neither file nor folder. */
function isOurs({ filename, attrs }: FileEntryWithStats): boolean {
  return !filename.startsWith(RESERVED_PREFIX) && (attrs.isFile() || attrs.isDirectory());
}

const sortKey = ({ filename, attrs }: FileEntryWithStats) => `${attrs.isDirectory() ? "0" : "1"}${filename}`;

function present(parent: string, { filename, attrs }: FileEntryWithStats): StorageEntry {
  const path = parent === "" ? filename : `${parent}/${filename}`;
  if (attrs.isDirectory()) return { path, kind: "folder", sizeBytes: null, modifiedAt: null };
  return { path, kind: "file", sizeBytes: attrs.size, modifiedAt: new Date(attrs.mtime * 1000) };
}
