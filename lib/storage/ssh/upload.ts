import type { Stats } from "ssh2";
import type { Patience } from "#lib/storage/patience";
import { NotOffered } from "#lib/storage/ssh/errors";
import type { Place, SshLink } from "#lib/storage/ssh/link";
import { isMissing, type SftpSession } from "#lib/storage/ssh/session";
import { StorageError, type StoredFile } from "#lib/storage/types";

/** Bytes that may be on their way at once; they are kept until the server has acknowledged them. */
const WINDOW_BYTES = 4 * 1024 * 1024;

interface Block {
  readonly offset: number;
  length: number;
  readonly buffer: Buffer;
}

interface Target extends Place {
  readonly handle: Buffer;
}

/**
 * Writes one file with many requests on their way. When the connection is lost it is opened again and what was
 * not acknowledged is sent once more: writes carry their offset, so sending twice does no harm.
 */
export class Upload {
  readonly #link: SshLink;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  readonly #free: Buffer[] = [];
  /** Sent and not acknowledged, in the order of their offsets. */
  readonly #open = new Set<Block>();
  #target: Target;
  #filling: Block | null = null;
  #next = 0;
  #buffers = 0;
  #resumed = false;
  /** In a row, with nothing acknowledged between them. */
  #failures = 0;
  #failure: { error: unknown } | null = null;
  #wake: () => void = () => undefined;

  /** `target` is the new, empty file at `path`, open for writing. */
  constructor(
    link: SshLink,
    path: string,
    target: Target,
    options: { signal: AbortSignal; patience: Patience },
  ) {
    this.#link = link;
    this.#path = path;
    this.#target = target;
    this.#signal = options.signal;
    this.#patience = options.patience;
  }

  /** Bytes that the server has not acknowledged yet. */
  get unacknowledged(): number {
    let bytes = this.#filling?.length ?? 0;
    for (const block of this.#open) bytes += block.length;
    return bytes;
  }

  /** Copies the chunk, and waits while the window is full. Rejects with the server's refusal as it came. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.byteLength; ) {
      this.#filling ??= { offset: this.#next, length: 0, buffer: await this.#buffer() };
      const { buffer, length } = this.#filling;
      const piece = chunk.subarray(taken, taken + buffer.length - length);
      buffer.set(piece, length);
      this.#filling.length += piece.byteLength;
      taken += piece.byteLength;
      if (this.#filling.length === buffer.length) this.#flush();
    }
  }

  /**
   * Resolves once every byte is acknowledged and durable and the file has its size. Over one authenticated
   * connection that confirms the content; a server that was away may have forgotten what it acknowledged.
   */
  async finish(): Promise<StoredFile> {
    this.#flush();
    await this.#until(() => this.#open.size === 0);
    await this.#patience.attempt(async () => {
      if (!this.#target.session.isLive) this.#target = await this.#reopen();
      await syncFile(this.#target.session, this.#target.handle);
      const { size } = await sizeOf(this.#target);
      if (size === this.#next) return;
      const message = `The server holds ${size} bytes of a file of which it acknowledged ${this.#next}.`;
      throw new StorageError("permanent", message);
    });
    return { sizeBytes: this.#next, ...(!this.#resumed && { check: { kind: "confirmed" } }) };
  }

  /** Gives the handle back, without waiting for the answer; a lost connection has done so itself. */
  close(): void {
    const { session, handle } = this.#target;
    session.call((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
  }

  #flush(): void {
    const block = this.#filling;
    if (block === null || block.length === 0) return;
    this.#filling = null;
    this.#next += block.length;
    this.#open.add(block);
    if (this.#failure === null) this.#send(block);
  }

  #send(block: Block): void {
    const target = this.#target;
    target.session
      .call((sftp, done) => sftp.write(target.handle, block.buffer, 0, block.length, block.offset, done))
      .then(
        () => {
          if (target !== this.#target || !this.#open.delete(block)) return;
          this.#free.push(block.buffer);
          this.#failures = 0;
          this.#patience.progress();
          this.#wake();
        },
        (error: unknown) => {
          if (target !== this.#target) return;
          this.#failure ??= { error };
          this.#wake();
        },
      );
  }

  async #buffer(): Promise<Buffer> {
    const bytes = this.#target.session.blockBytes;
    const most = Math.max(2, Math.floor(WINDOW_BYTES / bytes));
    if (this.#free.length === 0 && this.#buffers < most) {
      this.#buffers += 1;
      return Buffer.allocUnsafeSlow(bytes);
    }
    await this.#until(() => this.#free.length > 0);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** Waits for acknowledgements, over lost connections. */
  async #until(reached: () => boolean): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      if (this.#failure) await this.#recover(this.#failure.error);
      else if (reached()) return;
      else await this.#event();
    }
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#signal.removeEventListener("abort", this.#wake);
        this.#wake = () => undefined;
        resolve();
      };
      this.#signal.addEventListener("abort", this.#wake, { once: true });
    });
  }

  async #recover(failure: unknown): Promise<void> {
    for (let error = failure; ; ) {
      this.#failures += 1;
      await this.#patience.after(error, this.#failures);
      try {
        this.#target = await this.#reopen();
        break;
      } catch (next) {
        error = next;
      }
    }
    this.#failure = null;
    for (const block of this.#open) this.#send(block);
  }

  /** The same file over a new connection, where it must still hold what was acknowledged. */
  async #reopen(): Promise<Target> {
    this.#resumed = true;
    const place = await this.#link.place();
    const path = this.#path;
    const handle = await place.session
      .call<Buffer>((sftp, done) => sftp.open(path, "r+", done))
      .catch((error: unknown) => {
        // After a restart of the server its disks may come later than its sshd.
        if (isMissing(error)) throw new StorageError("transient", `The unfinished file ${path} is gone.`);
        throw error;
      });
    const target = { ...place, handle };
    const [first] = this.#open;
    const acknowledged = first?.offset ?? this.#next;
    const { size } = await sizeOf(target);
    if (size >= acknowledged) return target;
    const message = `The server has lost bytes that it had acknowledged: ${size} of ${acknowledged} are there.`;
    throw new StorageError("permanent", message);
  }
}

const sizeOf = ({ session, handle }: Target) => session.call<Stats>((sftp, done) => sftp.fstat(handle, done));

/** An fsync of gigabytes on a slow disk takes its time; the keep-alive notices a dead server. */
const SYNC_MS = 30 * 60_000;

/** Makes a file's bytes durable where the server can (fsync@openssh.com). */
export async function syncFile(session: SftpSession, handle: Buffer): Promise<void> {
  try {
    await session.call((sftp, done) => sftp.ext_openssh_fsync(handle, done), SYNC_MS);
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
  }
}
