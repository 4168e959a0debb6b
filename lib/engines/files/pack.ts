import { type BigIntStats, closeSync, constants, existsSync, fstatSync, openSync, statSync } from "node:fs";
import { basename } from "node:path";
import { AppError } from "#lib/core/errors";
import { type Sink, writeBytes } from "#lib/engines/files/block-writer";
import { MAX_PATH_BYTES, shown } from "#lib/engines/files/entry-path";
import { Globs } from "#lib/engines/files/glob";
import { type Listed, listDirectory } from "#lib/engines/files/list-directory";
import { RECORD } from "#lib/engines/files/tar-header";
import { identity, TarTree } from "#lib/engines/files/tar-tree";
import type { Inventory } from "#lib/engines/types";

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Where an open directory can be named by its descriptor, nobody can put a link in a path's way meanwhile. */
const DESCRIPTORS = existsSync("/proc/self/fd");

export interface PackRequest {
  /** A real path: a directory, or a single file. */
  readonly root: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Real paths that never go in. */
  readonly ownPaths: readonly string[];
  readonly onUnreadable: "fail" | "warn";
}

export interface PackResult {
  readonly inventory: Inventory;
  readonly warnings: readonly string[];
}

interface Folder {
  /** What the system is asked with; leads to this very directory. */
  readonly ref: string;
  /** Relative to the root, "" for the root itself. */
  readonly path: string;
  readonly stats: BigIntStats;
  readonly parent: Folder | null;
  /** All in it is wanted; else only what fits a pattern, and then this folder too. */
  readonly included: boolean;
  written: boolean;
}

/**
 * Walks a tree in the order of names and writes it as a tar. Everything is synchronous but the sink: it
 * belongs into a thread of its own. Memory is that of one directory's names for each level.
 */
export class Packer {
  readonly #request: PackRequest;
  readonly #sink: Sink;
  readonly #tree: TarTree;
  readonly #include: Globs;
  readonly #exclude: Globs;
  readonly #own: ReadonlySet<string>;
  /** Entries that were looked at so far, also those that gave nothing. */
  looked = 0;
  onLooked: () => void = () => undefined;

  constructor(request: PackRequest, sink: Sink) {
    this.#request = request;
    this.#sink = sink;
    this.#tree = new TarTree(sink, request.onUnreadable);
    this.#include = new Globs(request.include);
    this.#exclude = new Globs(request.exclude);
    const own = request.ownPaths.map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
    this.#own = new Set(own.flatMap((stats) => (stats === undefined ? [] : [identity(stats)])));
  }

  /** Rejects with DUMP_FAILED where a part cannot be read and that is not allowed, or nothing is there. */
  async run(): Promise<PackResult> {
    const { root } = this.#request;
    if (statSync(root).isDirectory()) await this.#root(root);
    else await this.#tree.file(root, basename(root), ".", async () => undefined);
    if (this.#tree.entries === 0) {
      const message = `${root} holds nothing to back up. Is its disk mounted, and do the patterns fit?`;
      throw new AppError("DUMP_FAILED", message);
    }
    await writeBytes(this.#sink, Buffer.alloc(2 * RECORD));
    return { inventory: this.#tree.digest.inventory(), warnings: this.#tree.warnings.list() };
  }

  async #root(root: string): Promise<void> {
    await this.#inFolder(openSync(root, DIRECTORY), {
      ref: root,
      path: "",
      parent: null,
      included: this.#include.size === 0,
    });
  }

  async #folder(parent: Folder, path: string, name: string, included: boolean): Promise<void> {
    const ref = `${parent.ref}/${name}`;
    let fd: number;
    try {
      fd = openSync(ref, DIRECTORY);
    } catch (error) {
      return this.#tree.unreadable(path, error);
    }
    await this.#inFolder(fd, { ref, path, parent, included });
  }

  async #inFolder(fd: number, opened: Omit<Folder, "stats" | "written">): Promise<void> {
    try {
      const stats = fstatSync(fd, { bigint: true });
      if (opened.parent !== null && this.#own.has(identity(stats))) {
        const message = `${shown(opened.path)} is left out: DataGuardian keeps its own data there`;
        return this.#tree.warnings.add(message);
      }
      const ref = DESCRIPTORS ? `/proc/self/fd/${fd}` : opened.ref;
      const folder: Folder = { ...opened, ref, stats, written: false };
      if (folder.included) await this.#write(folder);
      await this.#walk(folder);
    } finally {
      closeSync(fd);
    }
  }

  /** A folder comes before all that is in it, and after the folders around it. */
  async #write(folder: Folder): Promise<void> {
    if (folder.written) return;
    folder.written = true;
    if (folder.parent !== null) await this.#write(folder.parent);
    await this.#tree.folder(folder.path, folder.stats);
  }

  async #walk(folder: Folder): Promise<void> {
    let listed: ReturnType<typeof listDirectory>;
    try {
      listed = listDirectory(`${folder.ref}/`);
    } catch (error) {
      if (folder.parent === null) throw error;
      return this.#tree.unreadable(folder.path, error);
    }
    const inside = (name: string) => (folder.path === "" ? name : `${folder.path}/${name}`);
    for (const name of listed.unnameable) {
      this.#tree.refuse(inside(name), "its name is not UTF-8; rename it");
    }
    for (const entry of listed.entries) await this.#entry(folder, inside(entry.name), entry);
  }

  async #entry(folder: Folder, path: string, { name, kind }: Listed): Promise<void> {
    this.looked += 1;
    this.onLooked();
    if (this.#exclude.size > 0 && this.#exclude.matches(path)) return;
    const included = folder.included || this.#include.matches(path);
    if (kind !== "directory" && !included) return;
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) return this.#tree.refuse(path, "its path is too long");
    const ready = () => this.#write(folder);
    if (kind === "directory") return this.#folder(folder, path, name, included);
    if (kind === "file") return this.#tree.file(`${folder.ref}/${name}`, path, path, ready);
    if (kind === "symlink") return this.#tree.symlink(`${folder.ref}/${name}`, path, ready);
    this.#tree.warnings.add(`${shown(path)} is left out: sockets, pipes and devices hold no contents`);
  }
}
