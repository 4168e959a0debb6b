import { isUtf8 } from "node:buffer";
import { type BigIntStats, closeSync, lstatSync, readlinkSync } from "node:fs";
import { AppError } from "#lib/core/errors";
import { type Sink, writeBytes } from "#lib/engines/files/block-writer";
import { leadsOut, shown } from "#lib/engines/files/entry-path";
import { readOwners } from "#lib/engines/files/owners";
import { type OpenFile, openFile, packContents } from "#lib/engines/files/pack-file";
import { type TarEntry, tarHeader } from "#lib/engines/files/tar-header";
import { TreeDigest } from "#lib/engines/files/tree-digest";
import { Warnings } from "#lib/engines/files/warnings";
import { codeOf } from "#lib/streams/real-path";

/** Bits that a restore gives back: all but those that let a program run with its owner's rights. */
const PLAIN_MODE = 0o1777;

export const identity = (stats: BigIntStats) => `${stats.dev}:${stats.ino}`;

const isGone = (error: unknown) => ["ENOENT", "ENOTDIR", "ELOOP", "ESTALE"].includes(codeOf(error) ?? "");

/** "EACCES: permission denied", without the call and the descriptor's path, which say nothing to a person. */
const systemWords = (message: string) => message.split(", ")[0] ?? message;

/** Writes entries to a tar, digests them and notes what was not as it should be. */
export class TarTree {
  readonly digest = new TreeDigest();
  readonly warnings = new Warnings();
  entries = 0;
  readonly #sink: Sink;
  readonly #onUnreadable: "fail" | "warn";
  readonly #owners = readOwners();
  /** First names of files that have several, until all of these were met. */
  readonly #links = new Map<string, { path: string; left: bigint }>();

  constructor(sink: Sink, onUnreadable: "fail" | "warn") {
    this.#sink = sink;
    this.#onUnreadable = onUnreadable;
  }

  /** Throws DUMP_FAILED, or notes it where that is wished. */
  refuse(path: string, why: string): void {
    const message = `${shown(path)} cannot be backed up: ${why}`;
    if (this.#onUnreadable === "fail") {
      const hint = "Make it readable, exclude it, or let the job list such files as warnings.";
      throw new AppError("DUMP_FAILED", `${message}. ${hint}`);
    }
    this.warnings.add(message);
  }

  /** What is gone by now was deleted by its owner: that is no failure. */
  unreadable(path: string, error: unknown): void {
    if (isGone(error)) this.warnings.add(`${shown(path)} vanished while the backup ran`);
    else this.refuse(path, error instanceof Error ? systemWords(error.message) : "unknown reason");
  }

  /** The root is "": it is written for its own rights, and neither counted nor compared. */
  async folder(path: string, stats: BigIntStats): Promise<void> {
    const entry = this.#entry("directory", path === "" ? "." : path, stats, 0);
    await writeBytes(this.#sink, tarHeader(entry));
    if (path !== "") this.#note(entry, path, "");
  }

  /** `ready` runs before the first byte is written. */
  async file(ref: string, path: string, noted: string, ready: () => Promise<void>): Promise<void> {
    let file: OpenFile | null;
    try {
      file = openFile(ref);
    } catch (error) {
      return this.unreadable(path, error);
    }
    if (file === null) return this.warnings.add(`${shown(path)} became something else while the backup ran`);
    try {
      await ready();
      const known = file.stats.nlink > 1n ? this.#links.get(identity(file.stats)) : undefined;
      if (known === undefined) await this.#contents(file, path, noted);
      else await this.#hardLink(file.stats, path, known);
    } finally {
      closeSync(file.fd);
    }
  }

  async #contents(file: OpenFile, path: string, noted: string): Promise<void> {
    const { stats, head } = file;
    // A small file that shrank before it was read is taken as it is; a large one keeps its announced size.
    const small = head.length < Number(stats.size) && Number(stats.size) <= head.buffer.byteLength;
    const size = small ? head.length : Number(stats.size);
    const entry = this.#entry("file", path, stats, size);
    await writeBytes(this.#sink, tarHeader(entry));
    const packed = await packContents(file, size, this.#sink);
    this.#note(entry, noted, packed.sha256);
    if (stats.nlink > 1n) this.#links.set(identity(stats), { path, left: stats.nlink - 1n });
    if (packed.error !== null) this.refuse(path, "reading broke off, zeros stand for the rest");
    else if (packed.changed !== null) {
      this.warnings.add(
        `${shown(path)} ${packed.changed} while it was read: its copy may hold parts of both`,
      );
    }
  }

  async #hardLink(stats: BigIntStats, path: string, known: { path: string; left: bigint }): Promise<void> {
    const entry = { ...this.#entry("link", path, stats, 0), target: known.path };
    await writeBytes(this.#sink, tarHeader(entry));
    this.#note(entry, path, known.path);
    known.left -= 1n;
    if (known.left === 0n) this.#links.delete(identity(stats));
  }

  async symlink(ref: string, path: string, ready: () => Promise<void>): Promise<void> {
    let target: Buffer;
    let stats: BigIntStats;
    try {
      target = readlinkSync(ref, { encoding: "buffer" });
      stats = lstatSync(ref, { bigint: true });
    } catch (error) {
      return this.unreadable(path, error);
    }
    if (!isUtf8(target)) return this.refuse(path, "the path that it links to is not UTF-8");
    await ready();
    const text = target.toString();
    const entry = { ...this.#entry("symlink", path, stats, 0), target: text };
    await writeBytes(this.#sink, tarHeader(entry));
    if (!leadsOut(path, text)) return this.#note(entry, path, text);
    this.entries += 1;
    this.warnings.add(
      `${shown(path)} links to ${shown(text)}, out of the folder: a restore here leaves it out`,
    );
  }

  #entry(type: TarEntry["type"], path: string, stats: BigIntStats, size: number): TarEntry {
    const mode = type === "symlink" ? 0o777 : Number(stats.mode);
    if (type !== "symlink" && (mode & 0o6000) !== 0) {
      this.warnings.add(`${shown(path)} has the set-user-id or set-group-id bit: its copy has not`);
    }
    return {
      type,
      path,
      mode: mode & PLAIN_MODE,
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      uname: this.#owners.userName(Number(stats.uid)),
      gname: this.#owners.groupName(Number(stats.gid)),
      size,
      mtimeNs: stats.mtimeNs,
    };
  }

  #note(entry: TarEntry, path: string, content: string): void {
    this.entries += 1;
    this.digest.add({ type: entry.type, path, mode: entry.mode, size: entry.size, content });
  }
}
