import { type StorageAdapter, StorageError, type StorageFault } from "#lib/storage/types";

export interface Faults {
  /** A `put` breaks once it was given this many bytes; Infinity never. */
  readonly putBreaksAt?: number;
  /** A `get` breaks once it gave this many bytes. */
  readonly getBreaksAt?: number;
  /** How many calls break before it heals; default all. */
  readonly times?: number;
  readonly fault?: StorageFault;
  /** Flips one bit of what lies at this byte, on reading. */
  readonly flipBitAt?: number;
  /** Only paths that end so are affected; default all. */
  readonly only?: string;
}

/** For tests: a real adapter whose transfers break at a chosen byte. */
export function faulty(adapter: StorageAdapter, faults: Faults): StorageAdapter {
  let left = faults.times ?? Number.POSITIVE_INFINITY;
  const hits = (path: string) => path.endsWith(faults.only ?? "");
  async function* breaking(
    source: AsyncIterable<Uint8Array>,
    at: number | undefined,
  ): AsyncGenerator<Uint8Array> {
    let passed = 0;
    for await (const chunk of source) {
      if (at !== undefined && left > 0 && passed + chunk.byteLength > at) {
        left -= 1;
        if (at > passed) yield chunk.subarray(0, at - passed);
        throw new StorageError(faults.fault ?? "transient", `Injected: the storage broke at byte ${at}.`);
      }
      yield flipped(chunk, passed);
      passed += chunk.byteLength;
    }
  }
  function flipped(chunk: Uint8Array, offset: number): Uint8Array {
    const at = (faults.flipBitAt ?? -1) - offset;
    if (at < 0 || at >= chunk.byteLength) return chunk;
    const copy = Uint8Array.from(chunk);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  }
  return {
    type: adapter.type,
    // Without the inner adapter's own check: whoever wants to know must read through the faults.
    put: async (path, bytes, options) => {
      const { sizeBytes } = await adapter.put(path, hits(path) ? breakingPut(bytes) : bytes, options);
      return { sizeBytes };
    },
    get: async (path, options) => {
      const source = await adapter.get(path, options);
      return hits(path) ? breaking(source, faults.getBreaksAt) : source;
    },
    stat: (path) => adapter.stat(path),
    list: (path, options) => adapter.list(path, options),
    remove: (path) => adapter.remove(path),
    copy: (from, to, options) => adapter.copy(from, to, options),
    probe: (options) => adapter.probe(options),
    close: () => adapter.close(),
  };

  async function* breakingPut(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let passed = 0;
    for await (const chunk of bytes) {
      passed += chunk.byteLength;
      if (faults.putBreaksAt !== undefined && left > 0 && passed > faults.putBreaksAt) {
        left -= 1;
        throw new StorageError(
          faults.fault ?? "transient",
          `Injected: the storage broke at byte ${faults.putBreaksAt}.`,
        );
      }
      yield chunk;
    }
  }
}
