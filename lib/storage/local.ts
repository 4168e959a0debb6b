import { randomUUID } from "node:crypto";
import { constants, lstat, open, rename, rm, statfs, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { listFolder } from "#lib/storage/local-list";
import { locate, openLocalRoot, usableRoot } from "#lib/storage/local-root";
import { pruneEmpty, sweepPartials, usedBytes } from "#lib/storage/local-walk";
import { writeWhole } from "#lib/storage/local-write";
import { PARTIAL_PREFIX, pathSegments } from "#lib/storage/object-path";
import { probeSteps } from "#lib/storage/probe-steps";
import {
  type StorageAdapter,
  type StorageContext,
  type StorageDriver,
  StorageError,
  type StoragePage,
  type StorageProbe,
  type StorageStat,
} from "#lib/storage/types";
import { codeOf } from "#lib/streams/real-path";

const READ_BYTES = 1024 * 1024;
const GIB = 1024 ** 3;
const PERMANENT = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "ENOTDIR",
  "EISDIR",
  "ENAMETOOLONG",
  "EFBIG",
]);

const localConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(1024)
    .refine(
      (path) => isAbsolute(path) && !/\p{Cc}/u.test(path),
      "Must be an absolute path without control characters.",
    )
    .refine((path) => !path.split("/").includes(".."), 'Must not contain "..".'),
  max_size_gb: z.number().positive().max(1_000_000).optional(),
});
type LocalConfig = z.infer<typeof localConfig>;

/** A folder on a disk of this machine (also a mounted network share). */
export const local: StorageDriver<LocalConfig> = {
  type: "local",
  label: "Local folder",
  config: localConfig,
  open: (config, context) => new LocalStorage(config, context),
  explain: explainLocal,
};

function explainLocal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof StorageError && error.fault === "not-found") {
    return new AppError("STORAGE_PATH_NOT_FOUND", error.message, { cause: error });
  }
  const message = error instanceof StorageError ? error.message : "The local storage cannot be used.";
  return new AppError("STORAGE_UNREACHABLE", message, { cause: error });
}

type ReadOptions = Parameters<StorageAdapter["get"]>[1];

class LocalStorage implements StorageAdapter {
  readonly type = "local";
  readonly #config: LocalConfig;
  readonly #roots: readonly string[];

  constructor(config: LocalConfig, context: StorageContext) {
    openLocalRoot(config.path, context.allowedRoots, context.isNew === true);
    this.#config = config;
    this.#roots = context.allowedRoots;
  }

  async put(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; overwrite?: boolean },
  ) {
    return this.#typed(path, async () => {
      options.signal.throwIfAborted();
      const root = await this.#root();
      const target = await locate(root, path);
      const allowance = await this.#allowance(root);
      const overwrite = options.overwrite === true;
      try {
        return await writeWhole(target, bytes, { signal: options.signal, overwrite, allowance });
      } catch (error) {
        await pruneEmpty(root, dirname(target));
        throw error;
      }
    });
  }

  async get(path: string, options: ReadOptions) {
    return this.#look(path, async () => {
      const file = await locate(await this.#root(), path);
      const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const info = await handle.stat();
      if (!info.isFile()) {
        await handle.close();
        throw new StorageError("not-found", `${path} is not a file.`);
      }
      return this.#read(handle, path, options);
    });
  }

  async stat(path: string): Promise<StorageStat> {
    return this.#look(path, async () => {
      const info = await lstat(await locate(await this.#root(), path));
      if (!info.isFile()) throw new StorageError("not-found", `${path} is not a file.`);
      return { path, sizeBytes: info.size, modifiedAt: info.mtime };
    });
  }

  async list(path: string, options: { cursor?: string; limit?: number } = {}): Promise<StoragePage> {
    return this.#look(path, async () => {
      const folder = await locate(await this.#root(), path, true);
      return listFolder(folder, path, options);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#typed(path, async () => {
      const root = await this.#root();
      const target = await locate(root, path);
      await rm(target, { recursive: true, force: true });
      await pruneEmpty(root, dirname(target));
    });
  }

  async copy(from: string, to: string, options: { signal: AbortSignal }): Promise<void> {
    if (from === to) throw new AppError("INVALID_STORAGE_COPY", "A file cannot be copied onto itself.");
    pathSegments(to);
    await this.put(to, await this.get(from, options), options);
  }

  async probe(options: { signal: AbortSignal }): Promise<StorageProbe> {
    const name = `${PARTIAL_PREFIX}${randomUUID()}`;
    const renamed = `${name}-renamed`;
    const text = "probe";
    const at = async (file: string) => join(await this.#root(), file);
    const write = async () => {
      const bytes = (async function* () {
        yield Buffer.from(text);
      })();
      await writeWhole(await at(name), bytes, {
        signal: options.signal,
        overwrite: false,
        allowance: Infinity,
      });
    };
    const read = async () => {
      const handle = await open(await at(name), "r");
      const content = await handle.readFile("utf8").finally(() => handle.close());
      if (content !== text)
        throw new StorageError("permanent", "What was written does not come back the same.");
    };
    const wrap = (run: () => Promise<unknown>) => () => this.#typed("probe file", run);
    try {
      return await probeSteps(
        [
          ["write", wrap(write)],
          ["read", wrap(read)],
          ["list", () => this.list("", { limit: 1 })],
          ["rename", wrap(async () => rename(await at(name), await at(renamed)))],
          ["delete", wrap(async () => unlink(await at(renamed)))],
        ],
        options.signal,
        () => this.#available(),
      );
    } finally {
      for (const file of [name, renamed])
        await rm(join(this.#config.path, file), { force: true }).catch(() => undefined);
    }
  }

  async sweep(olderThanMs: number): Promise<number> {
    return this.#typed("", async () => sweepPartials(await this.#root(), Date.now() - olderThanMs));
  }

  async close(): Promise<void> {}

  #root(): Promise<string> {
    return usableRoot(this.#config.path, this.#roots);
  }

  async #allowance(root: string): Promise<number> {
    const { max_size_gb: limit } = this.#config;
    return limit === undefined ? Infinity : Math.max(0, Math.floor(limit * GIB) - (await usedBytes(root)));
  }

  async #available(): Promise<number> {
    const root = await this.#root();
    const space = await statfs(root);
    return Math.min(space.bavail * space.bsize, await this.#allowance(root));
  }

  async *#read(
    handle: Awaited<ReturnType<typeof open>>,
    path: string,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array> {
    let position = options.start ?? 0;
    const end = options.end === undefined ? Infinity : options.end + 1;
    // Lent: one is read while the reader looks at the other.
    const lent = options.lend ? [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)] : [];
    const next = () => {
      const size = Math.max(0, Math.min(READ_BYTES, end - position));
      const free = lent.shift();
      const block = free?.subarray(0, size) ?? Buffer.allocUnsafeSlow(size);
      if (free) lent.push(free);
      const reading = this.#typed(path, () => handle.read(block, 0, block.length, position));
      // Waited for below; one that is given up must not count as unhandled.
      reading.catch(() => undefined);
      return reading;
    };
    let reading = next();
    try {
      for (;;) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        options.signal.throwIfAborted();
        position += bytesRead;
        // The next block is read while the reader works on this one.
        reading = next();
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await reading.catch(() => undefined);
      await handle.close();
    }
  }

  /** For what only looks: a path that leads through a file leads to nothing. */
  #look<T>(path: string, run: () => Promise<T>): Promise<T> {
    return this.#typed(path, async () => {
      try {
        return await run();
      } catch (error) {
        if (codeOf(error) !== "ENOTDIR") throw error;
        throw new StorageError("not-found", `There is no ${path} in ${this.#config.path}.`, { cause: error });
      }
    });
  }

  /** Names the path and place, and says how to take the error. */
  async #typed<T>(path: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || error instanceof AppError || !(error as NodeJS.ErrnoException).syscall)
        throw error;
      const missing = path === "" ? `folder ${this.#config.path}` : `${path} in ${this.#config.path}`;
      if (code === "ENOENT") throw new StorageError("not-found", `There is no ${missing}.`, { cause: error });
      const place = path === "" ? `the ${missing}` : missing;
      const fault = PERMANENT.has(code) || code === "ELOOP" ? "permanent" : "transient";
      throw new StorageError(fault, `Cannot use ${place}: ${(error as Error).message}.`, { cause: error });
    }
  }
}
