import { constants, createZstdCompress, type ZstdCompress } from "node:zlib";

/** Output is handed on in pieces of one buffer of this size after another. */
const OUTPUT_BYTES = 1024 * 1024;

/**
 * One reusable zstd context. A call per block to `zlib.zstdCompress` would make a context, an output buffer
 * and a copy each time: a quarter more processor time and 60 MB more memory (measured on 1.35 GB).
 */
export class ZstdLane {
  readonly #stream: ZstdCompress;
  #pieces: Buffer[] = [];
  #failure: Error | null = null;

  constructor(level: number) {
    this.#stream = createZstdCompress({
      chunkSize: OUTPUT_BYTES,
      // Every write ends a frame, whose header then has the content's size (RFC 8878, 3.1.1.1.4).
      flush: constants.ZSTD_e_end,
      params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    this.#stream.on("data", (piece: Buffer) => this.#pieces.push(piece));
    this.#stream.on("error", (error) => {
      this.#failure = error;
    });
  }

  /** The block as one independent frame, in pieces that own their memory together. One call at a time. */
  async pack(block: Buffer): Promise<Buffer[]> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(block, (error) => (error ? reject(error) : resolve()));
    });
    while (this.#stream.readableLength > 0 && !this.#failure) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (this.#failure) throw this.#failure;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  close(): void {
    this.#stream.destroy();
  }
}
