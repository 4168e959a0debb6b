import type { Socket } from "node:net";
import type { Client, SFTPWrapper } from "ssh2";
import { NotOffered, STATUS, statusOf } from "#lib/storage/ssh/errors";
import { StorageError } from "#lib/storage/types";

const SILENCE_MS = 60_000;
const LOOK_EVERY_MS = 5000;
const CLOSE_MS = 2000;
/** What every server takes in one request; more only where it says so. */
const SAFE_BYTES = 32_000;

type Done<T> = (error?: Error | null, value?: T) => void;

interface Waiting {
  readonly reject: (error: StorageError) => void;
  readonly silenceMs: number;
}

/** One live SFTP connection. Calls that wait when it is lost reject with one transient StorageError. */
export class SftpSession {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #sftp: SFTPWrapper;
  readonly #server: string;
  readonly #waiting = new Set<Waiting>();
  readonly #watch: NodeJS.Timeout;
  #lost: StorageError | null = null;
  #heardAt = performance.now();
  #corked = false;

  constructor(client: Client, socket: Socket, sftp: SFTPWrapper, server: string) {
    this.#client = client;
    this.#socket = socket;
    this.#sftp = sftp;
    this.#server = server;
    const lost = (error?: unknown) => this.#fail(error instanceof Error ? error.message : "it was closed");
    client.on("error", lost).on("close", () => lost());
    // Also where only the SFTP server's process died.
    sftp.on("error", lost).on("close", () => lost());
    // An answer may let ssh2 send on what it held back.
    socket.prependListener("data", () => this.#cork());
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  get isLive(): boolean {
    return this.#lost === null;
  }

  /** Most bytes that one read or write may carry. */
  get blockBytes(): number {
    // ssh2 asks the server (limits@openssh.com) but keeps the answer to itself.
    const limits = ["_maxWriteLen", "_maxReadLen"].map((name) => Number(Reflect.get(this.#sftp, name)));
    const least = Math.min(...limits);
    return Number.isSafeInteger(least) && least > 0 ? least : SAFE_BYTES;
  }

  /**
   * Asks the server. Rejects with the server's own refusal (`statusOf`), with NotOffered for an extension that
   * it lacks, or as lost: also where the server says nothing at all, to anybody, for `silenceMs`.
   */
  call<T = void>(ask: (sftp: SFTPWrapper, done: Done<T>) => void, silenceMs = SILENCE_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      if (this.#waiting.size === 0) this.#heardAt = performance.now();
      const waiting = { reject, silenceMs };
      this.#waiting.add(waiting);
      this.#cork();
      const done: Done<T> = (error, value) => {
        this.#heardAt = performance.now();
        this.#waiting.delete(waiting);
        if (!error) return resolve(value as T);
        if (statusOf(error) !== undefined) return reject(error);
        this.#fail(error.message);
        reject(this.#lost ?? error);
      };
      try {
        ask(this.#sftp, done);
      } catch (error) {
        this.#waiting.delete(waiting);
        reject(new NotOffered("The server lacks this extension.", { cause: error }));
      }
    });
  }

  async close(): Promise<void> {
    this.#fail("it was closed here");
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), CLOSE_MS);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#client.end();
    });
  }

  /** What is asked in one turn leaves in one piece. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  #look(): void {
    if (this.#waiting.size === 0) return;
    const patience = Math.max(...[...this.#waiting].map((each) => each.silenceMs));
    if (performance.now() - this.#heardAt > patience) {
      this.#fail(`it did not answer for ${patience / 1000} s`);
      this.#socket.destroy();
    }
  }

  #fail(why: string): void {
    if (this.#lost) return;
    this.#lost = new StorageError("transient", `The connection to ${this.#server} was lost: ${why}.`);
    clearInterval(this.#watch);
    for (const { reject } of this.#waiting) reject(this.#lost);
    this.#waiting.clear();
    this.#client.end();
  }
}

/** Whether a call was answered with "no such file". */
export const isMissing = (error: unknown) => statusOf(error) === STATUS.noSuchFile;
