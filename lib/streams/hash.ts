import { createHash } from "node:crypto";

/** A SHA-256 and a byte count that grow with what passes. */
export class Digest {
  bytes = 0;
  readonly #hash = createHash("sha256");

  update(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    this.#hash.update(chunk);
  }

  /** 64 hexadecimal digits; callable once. */
  hex(): string {
    return this.#hash.digest("hex");
  }
}

/** Passes `source` on and feeds every chunk to the digests on its way. */
export async function* digesting<T extends Uint8Array>(
  source: AsyncIterable<T>,
  ...digests: Digest[]
): AsyncGenerator<T> {
  for await (const chunk of source) {
    for (const digest of digests) digest.update(chunk);
    yield chunk;
  }
}
