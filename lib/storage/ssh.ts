import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { AppError } from "#lib/core/errors";
import { PARTIAL_PREFIX, pathSegments } from "#lib/storage/object-path";
import { probeSteps } from "#lib/storage/probe-steps";
import { type SshConfig, sshConfig } from "#lib/storage/ssh/config";
import { openSession } from "#lib/storage/ssh/connect";
import { copyThere } from "#lib/storage/ssh/copy";
import { explainSsh, NotOffered, typed } from "#lib/storage/ssh/errors";
import { realRoot, SshLink } from "#lib/storage/ssh/link";
import { pageOf } from "#lib/storage/ssh/list";
import { type ReadOptions, readFile } from "#lib/storage/ssh/read";
import { locate, prepareRoot, pruneEmpty } from "#lib/storage/ssh/root";
import { freeAt } from "#lib/storage/ssh/space";
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
      return { sizeBytes: await writeWhole(this.#link, at, bytes, { signal, overwrite }) };
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
    const name = `${PARTIAL_PREFIX}${randomUUID()}`;
    const at = (file: string) => this.#inRoot(file);
    const text = "probe";
    const steps = {
      write: async () => {
        const { session, target } = await at(name);
        const handle = await session.call<Buffer>((sftp, done) =>
          sftp.open(target, "wx", { mode: 0o600 }, done),
        );
        await session.call((sftp, done) => sftp.write(handle, Buffer.from(text), 0, text.length, 0, done));
        await session.call((sftp, done) => sftp.close(handle, done));
      },
      read: async () => {
        const { session, target } = await at(name);
        const content = await session.call<Buffer>((sftp, done) => sftp.readFile(target, done));
        if (content.toString() !== text)
          throw new StorageError("permanent", "What was written does not come back the same.");
      },
      list: () => this.list("", { limit: 1 }),
      rename: async () => {
        const { session, target } = await at(name);
        await session.call((sftp, done) => sftp.rename(target, `${target}-renamed`, done));
      },
      delete: async () => {
        const { session, target } = await at(`${name}-renamed`);
        await session.call((sftp, done) => sftp.unlink(target, done));
      },
    };
    const wrap = (run: () => Promise<unknown>) => () => this.#typed("the probe file", run);
    try {
      const report = await probeSteps(
        [
          ["write", wrap(steps.write)],
          ["read", wrap(steps.read)],
          ["list", wrap(steps.list)],
          ["rename", wrap(steps.rename)],
          ["delete", wrap(steps.delete)],
        ],
        options.signal,
        () => this.#available(),
      );
      return { ...report, ...(this.#hostKey !== undefined && { hostKey: this.#hostKey }) };
    } finally {
      for (const file of [name, `${name}-renamed`]) {
        const remove = at(file).then(({ session, target }) => removeFile(session, target));
        await remove.catch(() => undefined);
      }
    }
  }

  async sweep(olderThanMs: number): Promise<number> {
    return this.#typed("", async () => sweepPartials(await locate(this.#link, "", true), olderThanMs));
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #inRoot(name: string) {
    const { session, root } = await locate(this.#link, "", true);
    return { session, target: posix.join(root, name) };
  }

  async #available(): Promise<number | null> {
    const { session, root } = await this.#link.place();
    return (await freeAt(session, root))?.bytes ?? null;
  }

  #typed<T>(path: string, run: () => Promise<T>): Promise<T> {
    return typed(path, this.#link.name, run);
  }
}
