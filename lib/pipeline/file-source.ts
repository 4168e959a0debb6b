import { constants, open, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { StorageAdapter } from "#lib/storage/types";
import { StorageError } from "#lib/storage/types";
import type { FileToPack } from "#lib/streams/pack-files";
import { codeOf, isInside, realPathOfMissing, realPaths } from "#lib/streams/real-path";

const READ_BYTES = 1024 * 1024;

/** Where files that a query names are looked up. */
export interface FileSource {
  /** The file of that path, absolute or relative to a base directory; null where there is none. */
  find(path: string, signal: AbortSignal): Promise<FileToPack | null>;
}

/**
 * Files of this machine under `bases`. What lies outside them by its real path, or outside `allowedRoots`, is
 * not found: a row of a table must not lead to any file of the machine.
 */
export function localFiles(bases: readonly string[], allowedRoots: readonly string[]): FileSource {
  const roots = realPaths(allowedRoots);
  const folders = realPaths(bases).filter((base) => roots.some((root) => isInside(base, root)));
  return {
    find: async (path) => {
      if (path.includes("\0")) return null;
      const candidates = path.startsWith("/") ? [path] : folders.map((base) => join(base, path));
      for (const candidate of candidates) {
        const real = realPathOfMissing(candidate);
        if (!folders.some((base) => isInside(real, base))) continue;
        const info = await stat(real).catch((error: unknown) => {
          if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
          throw error;
        });
        if (!info?.isFile()) continue;
        const { size: sizeBytes, mtime: modifiedAt } = info;
        return { name: real.slice(1), sizeBytes, modifiedAt, open: async () => readLocal(real) };
      }
      return null;
    },
  };
}

async function* readLocal(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(READ_BYTES), 0, READ_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Files of a storage location under `bases`; absolute paths are meant from the location's own root. */
export function storageFiles(bases: readonly string[], adapter: StorageAdapter): FileSource {
  const folders = bases.map((base) => posix.normalize(base).replace(/^\/+|\/+$/g, ""));
  const inside = (path: string) =>
    folders.some((base) => base === "" || path === base || path.startsWith(`${base}/`));
  return {
    find: async (path, signal) => {
      const wanted = path.startsWith("/") ? [path] : folders.map((base) => `${base}/${path}`);
      for (const candidate of wanted) {
        const name = posix.normalize(candidate).replace(/^\/+/, "");
        if (name.startsWith("..") || name.includes("\0") || !inside(name)) continue;
        try {
          const { sizeBytes, modifiedAt } = await adapter.stat(name);
          return { name, sizeBytes, modifiedAt, open: () => adapter.get(name, { signal }) };
        } catch (error) {
          if (!(error instanceof StorageError) || error.fault !== "not-found") throw error;
        }
      }
      return null;
    },
  };
}
