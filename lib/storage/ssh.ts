import { posix } from "node:path";
import { AppError } from "#lib/core/errors";
import { pathSegments } from "#lib/storage/object-path";
import { type SshConfig, sshConfig } from "#lib/storage/ssh/config";
import { openSession } from "#lib/storage/ssh/connect";
import { copyThere } from "#lib/storage/ssh/copy";
import { explainSsh, NotOffered, typed } from "#lib/storage/ssh/errors";
import { realRoot, SshLink } from "#lib/storage/ssh/link";
import { pageOf } from "#lib/storage/ssh/list";
import { probeSsh } from "#lib/storage/ssh/probe";
import { type ReadOptions, readFile } from "#lib/storage/ssh/read";
import { locate, prepareRoot, pruneEmpty } from "#lib/storage/ssh/root";
import { readFolder, removeFile, removeTree, sweepPartials } from "#lib/storage/ssh/walk";
import { writeWhole } from "#lib/storage/ssh/write";
import {
  type StorageAdapter,
  type StorageContext,
  type StorageDriver,
  StorageError,
  type StoragePage,
  type StorageProbe,
  type StorageStat,
} from "#lib/storage/types";

/** A folder on another machine, by SFTP. */
export const ssh: StorageDriver<SshConfig> = {
  type: "ssh",
  label: "SSH (SFTP)",
  config: sshConfig,
  open: (config) => new SshStorage(config),
  complete,
  explain: explainSsh,
};

/** Learns the host key where none is pinned, and makes a new place's folder and mark. */
async function complete(config: SshConfig, context: StorageContext): Promise<SshConfig> {
  if (config.host_key !== undefined && !context.isNew) return config;
  const { session, hostKey } = await openSession(config);
  try {
    const { name } = new SshLink(config);
    if (context.isNew) {
      await typed("", name, async () => prepareRoot(session, await realRoot(session, config.remote_path)));
    }
    return { ...config, host_key: hostKey };
  } finally {
    await session.close();
  }
}

class SshStorage implements StorageAdapter {
  readonly type = "ssh";
  readonly #link: SshLink;
  readonly #hostKey: string | undefined;

  constructor(config: SshConfig) {
    this.#link = new SshLink(config);
    this.#hostKey = config.host_key;
  }

  async put(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; overwrite?: boolean },
  ) {
    return this.#typed(path, async () => {
      options.signal.throwIfAborted();
      const at = await locate(this.#link, path);
      const { signal, overwrite = false } = options;
      return writeWhole(this.#link, at, bytes, { signal, overwrite });
    });
  }

  async get(path: string, options: ReadOptions) {
    return this.#typed(path, () => readFile(this.#link, path, options));
  }

  async stat(path: string): Promise<StorageStat> {
    return this.#typed(path, async () => {
      const { found } = await locate(this.#link, path);
      if (!found?.isFile())
        throw new StorageError("not-found", `There is no file ${path} in ${this.#link.name}.`);
      return { path, sizeBytes: found.size, modifiedAt: new Date(found.mtime * 1000) };
    });
  }

  async list(path: string, options: { cursor?: string; limit?: number } = {}): Promise<StoragePage> {
    return this.#typed(path, async () => {
      const { session, target } = await locate(this.#link, path, true);
      return pageOf(path, await readFolder(session, target), options);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#typed(path, async () => {
      const { target, found, ...place } = await locate(this.#link, path);
      if (found?.isDirectory()) await removeTree(place.session, target);
      else if (found) await removeFile(place.session, target);
      await pruneEmpty(place, posix.dirname(target));
    });
  }

  async copy(from: string, to: string, options: { signal: AbortSignal }): Promise<void> {
    if (from === to) throw new AppError("INVALID_STORAGE_COPY", "A file cannot be copied onto itself.");
    pathSegments(to);
    try {
      await this.#typed(from, async () =>
        copyThere(this.#link, await locate(this.#link, from), to, options.signal),
      );
    } catch (error) {
      if (!(error instanceof NotOffered)) throw error;
      await this.put(to, await this.get(from, options), options);
    }
  }

  async probe(options: { signal: AbortSignal }): Promise<StorageProbe> {
    const list = () => this.list("", { limit: 1 });
    const report = await probeSsh(this.#link, list, options.signal);
    return this.#hostKey === undefined ? report : { ...report, hostKey: this.#hostKey };
  }

  async sweep(olderThanMs: number): Promise<number> {
    return this.#typed("", async () => sweepPartials(await locate(this.#link, "", true), olderThanMs));
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #typed<T>(path: string, run: () => Promise<T>): Promise<T> {
    return typed(path, this.#link.name, run);
  }
}
