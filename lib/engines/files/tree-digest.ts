import { createHash, type Hash } from "node:crypto";
import type { Inventory } from "#lib/engines/types";

/** With more names at the top than these, the whole's digest stands alone. */
const MAX_TOP = 64;

export interface DigestEntry {
  readonly type: "file" | "directory" | "symlink" | "link";
  readonly path: string;
  readonly mode: number;
  /** Of a file. */
  readonly size: number;
  /** SHA-256 of a file's contents, or where a link leads. */
  readonly content: string;
}

/** Gathers what a tree holds, entry by entry in the order of the walk, and remembers no entry. */
export class TreeDigest {
  readonly counts = { files: 0, directories: 0, links: 0, bytes: 0 };
  readonly #whole = createHash("sha256");
  readonly #tops = new Map<string, Hash>();
  #tooMany = false;

  add(entry: DigestEntry): void {
    const { type, path, mode, size, content } = entry;
    if (type === "file") this.counts.files += 1;
    else if (type === "directory") this.counts.directories += 1;
    else this.counts.links += 1;
    this.counts.bytes += size;
    const line = `${type}\0${path}\0${mode.toString(8)}\0${size}\0${content}\n`;
    this.#whole.update(line);
    this.#top(path.split("/", 1)[0] ?? path)?.update(line);
  }

  #top(name: string): Hash | null {
    if (this.#tooMany) return null;
    const known = this.#tops.get(name);
    if (known !== undefined) return known;
    this.#tooMany = this.#tops.size >= MAX_TOP;
    if (this.#tooMany) return null;
    const hash = createHash("sha256");
    this.#tops.set(name, hash);
    return hash;
  }

  /** Digests by the names at the top say where to look when a restored tree differs. */
  inventory(): Inventory {
    const tops = this.#tooMany ? [] : [...this.#tops];
    const facts = tops.map(([name, hash]) => [`sha256 of ${name}`, hash.digest("hex")] as const);
    return {
      tables: { ...this.counts },
      facts: { sha256: this.#whole.digest("hex"), ...Object.fromEntries(facts) },
    };
  }
}
