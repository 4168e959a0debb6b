import { posix } from "node:path";
import type { Stats } from "ssh2";
import type { SshConfig } from "#lib/storage/ssh/config";
import { openSession } from "#lib/storage/ssh/connect";
import { isMissing, type SftpSession } from "#lib/storage/ssh/session";
import { StorageError } from "#lib/storage/types";

/** A live session and the storage's folder on the other side. */
export interface Place {
  readonly session: SftpSession;
  /** Absolute, links resolved; may be missing. */
  readonly root: string;
}

/** The one connection of an adapter: opened at first use, again after it was lost, shared by all calls. */
export class SshLink {
  readonly #config: SshConfig;
  #place: Promise<Place> | null = null;
  #closed = false;

  constructor(config: SshConfig) {
    this.#config = config;
  }

  /** For messages. */
  get server(): string {
    return `${this.#config.username}@${this.#config.host}`;
  }

  get name(): string {
    return `${this.server}:${this.#config.remote_path}`;
  }

  async place(): Promise<Place> {
    const known = this.#place;
    const place = known && (await known);
    if (place?.session.isLive) return place;
    // Who comes second shares the attempt of who came first.
    if (this.#place === known) {
      const opening = this.#open();
      this.#place = opening;
      opening.catch(() => {
        if (this.#place === opening) this.#place = null;
      });
    }
    return this.place();
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Null: it never opened, so there is nothing to close.
    const place = await this.#place?.catch(() => null);
    await place?.session.close();
  }

  async #open(): Promise<Place> {
    if (this.#closed) throw new StorageError("permanent", `The storage ${this.name} was closed.`);
    if (this.#config.host_key === undefined) {
      const message = `The host key of ${this.#config.host} is not known. Edit the storage and save it to learn the key.`;
      throw new StorageError("permanent", message);
    }
    const { session } = await openSession(this.#config);
    try {
      return { session, root: await realRoot(session, this.#config.remote_path) };
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}

/** A path is absolute, or relative to where the login leads; links are resolved as far as it exists. */
export async function realRoot(session: SftpSession, path: string): Promise<string> {
  const inHome = path.replace(/^~(\/|$)/, "");
  const absolute = inHome.startsWith("/")
    ? posix.normalize(inHome)
    : posix.join(await realPath(session, "."), inHome);
  const trimmed = absolute === "/" ? absolute : absolute.replace(/\/+$/, "");
  try {
    await session.call<Stats>((sftp, done) => sftp.stat(trimmed, done));
    return await realPath(session, trimmed);
  } catch (error) {
    if (isMissing(error)) return trimmed;
    throw error;
  }
}

const realPath = (session: SftpSession, path: string) =>
  session.call<string>((sftp, done) => sftp.realpath(path, done));
