import { statfsSync } from "node:fs";
import { AppError } from "#lib/core/errors";
import { shown } from "#lib/engines/files/entry-path";

/** Left free for the system and for the names of files. */
const RESERVE = 16 * 1024 * 1024;

/** What may still be written to a place; the system is asked again only when that seems to be used up. */
export class Space {
  readonly #directory: string;
  #left = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Throws RESTORE_FAILED that names the place, what is free and what is needed (bytes). */
  take(bytes: number, path: string): void {
    if (this.#left < bytes) {
      const { bavail, bsize } = statfsSync(this.#directory);
      const free = bavail * bsize;
      if (free < bytes + RESERVE) {
        const needed = `${free} bytes free, ${bytes + RESERVE} needed`;
        const message = `Not enough space in ${this.#directory} to unpack ${shown(path)}: ${needed}.`;
        throw new AppError("RESTORE_FAILED", message);
      }
      // Others write too: only a part counts as ours until the next look.
      this.#left = Math.max(bytes, (free - RESERVE) / 4);
    }
    this.#left -= bytes;
  }
}
