import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

const BLOCK_BYTES = 1024 * 1024;

/**
 * Reads a file again while it is still being written, a little behind the writer, so that checking what was
 * stored costs no time of its own at the end.
 */
export class ReadBack {
  readonly #path: string;
  readonly #hash = createHash("sha256");
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #handle: FileHandle | null = null;
  #read = 0;
  #written = 0;
  #going: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** `bytes` of the file are written; the full blocks among them are read when the machine gets to it. */
  written(bytes: number): void {
    this.#written = bytes;
    if (this.#going || this.#failure || bytes - this.#read < BLOCK_BYTES) return;
    this.#going = this.#readBlocks(BLOCK_BYTES)
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#going = null;
      });
  }

  /** Reads what is left. Answers the SHA-256 (64 hexadecimal digits) of what lies there. */
  async finish(): Promise<string> {
    await this.#going;
    if (this.#failure) throw this.#failure;
    await this.#readBlocks(1);
    return this.#hash.digest("hex");
  }

  async close(): Promise<void> {
    await this.#going;
    await this.#handle?.close();
  }

  async #readBlocks(atLeast: number): Promise<void> {
    this.#handle ??= await open(this.#path, "r");
    while (this.#written - this.#read >= atLeast) {
      const { bytesRead } = await this.#handle.read(this.#block, 0, BLOCK_BYTES, this.#read);
      // Shorter than what was written: the digest will tell, and the loop must end.
      if (bytesRead === 0) return;
      this.#read += bytesRead;
      this.#hash.update(this.#block.subarray(0, bytesRead));
    }
  }
}
