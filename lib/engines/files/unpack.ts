import {
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { AppError } from "#lib/core/errors";
import { EndOfArchive } from "#lib/engines/files/end-of-archive";
import { leadsOut, MAX_PATH_BYTES, shown } from "#lib/engines/files/entry-path";
import { readOwners } from "#lib/engines/files/owners";
import { Space } from "#lib/engines/files/space";
import { Warnings } from "#lib/engines/files/warnings";
import { codeOf } from "#lib/streams/real-path";

export interface UnpackRequest {
  /** An empty directory of our own. */
  readonly staging: string;
}

export interface UnpackResult {
  readonly warnings: readonly string[];
  readonly entries: number;
  /** The name of the only file in an archive without folders; it may stand for itself. */
  readonly single: string | null;
  /** Rights of the root, where the archive has them. */
  readonly root: Rights | null;
}

export interface Rights {
  readonly mode: number;
  /** Null where the owner stays who unpacks. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** Seconds since 1970. */
  readonly mtime: number;
}

const refused = (name: string, why: string) =>
  new AppError("RESTORE_FAILED", `The backup holds ${shown(name)}, which ${why}: it is refused.`);

/**
 * Unpacks a tar into a directory that nobody else uses. Nothing is ever written through a link, for links are
 * made last; names that lead out, devices and set-user-id bits end it.
 */
export class Unpacker {
  readonly #staging: string;
  readonly #space: Space;
  readonly #owners = process.getuid?.() === 0 ? readOwners() : null;
  readonly #warnings = new Warnings();
  readonly #made = new Set<string>([""]);
  readonly #folders: { path: string; rights: Rights }[] = [];
  readonly #links: { path: string; target: string; rights: Rights }[] = [];
  #entries = 0;
  #files: string[] = [];
  #root: Rights | null = null;

  constructor(request: UnpackRequest) {
    this.#staging = request.staging;
    this.#space = new Space(request.staging);
  }

  async run(pieces: AsyncIterable<Buffer>): Promise<UnpackResult> {
    const archive = extract();
    const end = new EndOfArchive();
    const feeding = pipeline(Readable.from(end.watch(pieces), { objectMode: false }), archive);
    feeding.catch(() => undefined);
    for await (const entry of archive) {
      const { header } = entry;
      const parts = safeParts(header.name);
      if (header.type === "file" || header.type === "contiguous-file") {
        await this.#file(parts, header, entry as AsyncIterable<Buffer>);
      } else {
        entry.resume();
        this.#other(parts, header);
      }
    }
    await feeding;
    end.assertWhole();
    for (const link of this.#links) this.#symlink(link);
    for (const folder of this.#folders.reverse()) applyToFolder(this.#at(folder.path), folder.rights);
    const alone = this.#entries === 1 && this.#root === null ? (this.#files[0] ?? null) : null;
    const single = alone?.includes("/") ? null : alone;
    return { warnings: this.#warnings.list(), entries: this.#entries, single, root: this.#root };
  }

  #at(path: string): string {
    return path === "" ? this.#staging : `${this.#staging}/${path}`;
  }

  #other(parts: readonly string[], header: Header): void {
    const path = parts.join("/");
    const rights = this.#rights(header);
    if (header.type === "directory") {
      this.#folder(path, header, rights);
      return;
    }
    if (path === "") throw refused(header.name, "names the folder itself");
    this.#entries += 1;
    const target = header.linkname ?? "";
    if (header.type === "symlink") this.#links.push({ path, target, rights });
    else if (header.type === "link") this.#hardLink(path, target);
    else throw refused(header.name, `is a ${header.type ?? "thing of unknown kind"}`);
  }

  #folder(path: string, header: Header, rights: Rights): void {
    assertPlain(header);
    if (path === "") {
      this.#root = rights;
      return;
    }
    this.#entries += 1;
    this.#makeFolder(path);
    this.#folders.push({ path, rights });
  }

  /** Folders that no entry names are made on the way. */
  #makeFolder(path: string): void {
    if (this.#made.has(path)) return;
    const parent = dirname(path);
    this.#makeFolder(parent === "." ? "" : parent);
    this.#exclusively(path, () => mkdirSync(this.#at(path), { mode: 0o700 }));
    this.#made.add(path);
  }

  #makeParent(path: string): void {
    const parent = dirname(path);
    this.#makeFolder(parent === "." ? "" : parent);
  }

  #exclusively<T>(path: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw refused(path, "is in it twice");
      throw error;
    }
  }

  async #file(parts: readonly string[], header: Header, contents: AsyncIterable<Buffer>): Promise<void> {
    const path = parts.join("/");
    assertPlain(header);
    if (path === "") throw refused(header.name, "names the folder itself");
    this.#space.take(header.size, path);
    this.#makeParent(path);
    const fd = this.#exclusively(path, () => openSync(this.#at(path), "wx", 0o600));
    try {
      for await (const chunk of contents) {
        for (let offset = 0; offset < chunk.length; ) offset += writeSync(fd, chunk, offset);
      }
      const { mode, owner, mtime } = this.#rights(header);
      // Changing the owner takes bits away, so the mode comes after it.
      if (owner !== null) fchownSync(fd, owner.uid, owner.gid);
      fchmodSync(fd, mode);
      futimesSync(fd, mtime, mtime);
    } finally {
      closeSync(fd);
    }
    this.#entries += 1;
    if (this.#files.length < 2) this.#files.push(path);
  }

  #hardLink(path: string, target: string): void {
    const from = this.#at(safeParts(target).join("/"));
    const found = lstatSync(from, { throwIfNoEntry: false });
    if (!found?.isFile()) throw refused(path, `links to ${shown(target)}, which the backup does not hold`);
    this.#makeParent(path);
    this.#exclusively(path, () => linkSync(from, this.#at(path)));
  }

  #symlink({ path, target, rights }: { path: string; target: string; rights: Rights }): void {
    if (leadsOut(path, target)) {
      this.#warnings.add(`${shown(path)} is left out: it links to ${shown(target)}, out of the folder`);
      return;
    }
    this.#makeParent(path);
    this.#exclusively(path, () => symlinkSync(target, this.#at(path)));
    if (rights.owner !== null) lchownSync(this.#at(path), rights.owner.uid, rights.owner.gid);
    lutimesSync(this.#at(path), rights.mtime, rights.mtime);
  }

  /** Known names come before numbers, which may mean somebody else here. */
  #rights(header: Header): Rights {
    const pax = (header.pax ?? {}) as Readonly<Record<string, string | undefined>>;
    const owners = this.#owners;
    const owner =
      owners === null
        ? null
        : {
            uid: owners.uid(pax.uname ?? header.uname ?? "") ?? Number(pax.uid ?? header.uid ?? 0),
            gid: owners.gid(pax.gname ?? header.gname ?? "") ?? Number(pax.gid ?? header.gid ?? 0),
          };
    const mtime = pax.mtime === undefined ? (header.mtime?.getTime() ?? 0) / 1000 : Number(pax.mtime);
    return { mode: (header.mode ?? 0o600) & 0o1777, owner, mtime: Number.isFinite(mtime) ? mtime : 0 };
  }
}

function applyToFolder(path: string, { mode, owner, mtime }: Rights): void {
  const fd = openSync(path, "r");
  try {
    if (owner !== null) fchownSync(fd, owner.uid, owner.gid);
    fchmodSync(fd, mode);
    futimesSync(fd, mtime, mtime);
  } finally {
    closeSync(fd);
  }
}

function assertPlain(header: Header): void {
  if (((header.mode ?? 0) & 0o6000) !== 0)
    throw refused(header.name, "has a set-user-id or set-group-id bit");
}

/** The names of a relative path without `..`; none for the root itself. */
function safeParts(name: string): string[] {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const bad = name.startsWith("/") || name === "" || parts.includes("..") || name.includes("\0");
  if (bad) throw refused(name, "leads out of the folder");
  if (Buffer.byteLength(join(...parts, ".")) > MAX_PATH_BYTES) throw refused(name, "is too long a path");
  return parts;
}
