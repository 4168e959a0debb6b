import type { StorageAdapter } from "#lib/storage/types";

export interface NamedStorage {
  /** What a person calls it. */
  readonly name: string;
  readonly adapter: StorageAdapter;
}

type Get = StorageAdapter["get"];

/**
 * Reads files that lie equally on several storages: from the first, and when that fails for good, from the
 * next one, at the byte where the former broke off. A storage that failed is not asked again. Rejects with
 * the first storage's error when none is left. `onSwitch` hears which one is left and why.
 */
export function withFallback(
  storages: readonly NamedStorage[],
  onSwitch: (from: NamedStorage, to: NamedStorage, error: unknown) => void,
): { get: Get } {
  let current = 0;
  let first: { error: unknown } | null = null;

  /** Moves on from `failed`, or throws where nothing is left. */
  const moveOn = (failed: number, error: unknown, signal: AbortSignal): void => {
    signal.throwIfAborted();
    first ??= { error };
    const [from, to] = [storages[failed], storages[failed + 1]];
    if (from === undefined || to === undefined) throw first.error;
    if (current !== failed) return;
    current = failed + 1;
    onSwitch(from, to, error);
  };

  async function* read(path: string, options: Parameters<Get>[1]): AsyncGenerator<Uint8Array> {
    let start = options.start ?? 0;
    for (;;) {
      const used = current;
      try {
        const source = await storages[used]?.adapter.get(path, { ...options, start });
        for await (const chunk of source ?? []) {
          start += chunk.byteLength;
          yield chunk;
        }
        return;
      } catch (error) {
        moveOn(used, error, options.signal);
      }
    }
  }
  return { get: async (path, options) => read(path, options) };
}
