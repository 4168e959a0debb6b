import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync } from "node:fs";

export type Kind = "file" | "directory" | "symlink" | "other";

export interface Listed {
  readonly name: string;
  readonly kind: Kind;
}

interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

function kindOf(entry: Typed): Kind | null {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  const special = entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice();
  return special ? "other" : null;
}

/**
 * What a directory holds, in an order that is the same everywhere, and the names that are not UTF-8, with
 * their odd bytes as `\x…`: these cannot be named in an archive that all systems read alike.
 */
export function listDirectory(ref: string): { entries: Listed[]; unnameable: string[] } {
  const found = readdirSync(ref, { withFileTypes: true });
  const odd = found.some(({ name }) => name.includes("\ufffd"));
  const raw = odd ? readdirSync(ref, { encoding: "buffer" }) : [];
  const unnameable = raw.filter((name) => !isUtf8(name));
  const named = new Set(raw.filter((name) => isUtf8(name)).map((name) => name.toString()));
  const taken = new Set<string>();
  const entries: Listed[] = [];
  for (const entry of found) {
    if (odd && (!named.has(entry.name) || taken.has(entry.name))) continue;
    if (odd) taken.add(entry.name);
    // Some file systems do not tell the kind in the listing, and two names may be read as one.
    const kind = odd ? null : kindOf(entry);
    entries.push({ name: entry.name, kind: kind ?? lookUp(`${ref}/${entry.name}`) });
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { entries, unnameable: unnameable.map(escaped) };
}

function lookUp(path: string): Kind {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return (found === undefined ? null : kindOf(found)) ?? "other";
}

const escaped = (name: Buffer) =>
  [...name.toString("latin1")]
    .map((c) => (/[\x20-\x7e]/.test(c) ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`))
    .join("");
