import type { S3Place } from "#lib/storage/family-s3/place";
import type { S3Tuning } from "#lib/storage/family-s3/storage";
import type { StorageAdapter, StorageType } from "#lib/storage/types";

/**
 * An adapter that loads the SDK, and learns where its storage lies, at its first use: a process without S3
 * storages is spared some 35 MB, and opening an adapter talks to nobody. A failure is asked again next time.
 */
export function lazyS3(
  type: StorageType,
  place: () => Promise<S3Place>,
  tuning: Partial<S3Tuning> = {},
): StorageAdapter & Required<Pick<StorageAdapter, "sweep">> {
  let opening: Promise<Required<StorageAdapter>> | null = null;
  const opened = () => {
    opening ??= open(type, place, tuning).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    type,
    put: async (path, bytes, options) => (await opened()).put(path, bytes, options),
    get: async (path, options) => (await opened()).get(path, options),
    stat: async (path) => (await opened()).stat(path),
    list: async (path, options) => (await opened()).list(path, options),
    remove: async (path) => (await opened()).remove(path),
    copy: async (from, to, options) => (await opened()).copy(from, to, options),
    probe: async (options) => (await opened()).probe(options),
    sweep: async (olderThanMs) => (await opened()).sweep(olderThanMs),
    close: async () => {
      // Null: it never opened, so there is nothing to close.
      const adapter = await opening?.catch(() => null);
      await adapter?.close();
    },
  };
}

async function open(
  type: StorageType,
  place: () => Promise<S3Place>,
  tuning: Partial<S3Tuning>,
): Promise<Required<StorageAdapter>> {
  const [{ S3Storage }, where] = await Promise.all([import("#lib/storage/family-s3/storage"), place()]);
  return new S3Storage(type, where, tuning);
}
