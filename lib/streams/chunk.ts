/** One numbered part of a stream; its bytes must be read to their end before the next part. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Cuts a stream into parts of exactly `maxBytes` (the last is shorter). Null makes it one part. */
export async function* splitParts(
  source: AsyncIterable<Buffer>,
  maxBytes: number | null,
): AsyncGenerator<Part> {
  if (maxBytes === null) {
    yield { number: 1, bytes: source };
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer | null = null;
  let ended = false;
  const next = async (): Promise<Buffer | null> => {
    if (rest !== null && rest.length > 0) return rest;
    const result = await iterator.next();
    ended = result.done === true;
    return result.done ? null : result.value;
  };
  async function* part(first: Buffer | null): AsyncGenerator<Buffer> {
    let left = maxBytes ?? 0;
    for (let piece = first; piece !== null; piece = left > 0 ? await next() : null) {
      const now: Buffer = piece.subarray(0, left);
      rest = piece.subarray(now.length);
      left -= now.length;
      yield now;
      if (left === 0) return;
    }
  }
  try {
    for (let number = 1; ; number += 1) {
      const first = ended ? null : await next();
      if (first === null && number > 1) return;
      yield { number, bytes: part(first) };
      if (ended) return;
    }
  } finally {
    await iterator.return?.();
  }
}
