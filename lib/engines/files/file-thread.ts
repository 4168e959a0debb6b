import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { AppError } from "#lib/core/errors";
import type { FromThread, ThreadResult, ThreadWork, ToThread } from "#lib/engines/files/messages";
import { Channel } from "#lib/streams/channel";

/** Run by Node as it is. */
const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "thread.ts");

/** A bundler that sees a thread's class constructed would bundle the program, and lose it. */
const startThread = (options: WorkerOptions): Worker => Reflect.construct(Worker, [PROGRAM, options]);

/** A system error of the thread, with its code. */
export class FileError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | null) {
    super(message);
    this.name = "FileError";
    this.code = code ?? undefined;
  }
}

/** A thread that does one piece of work and is gone when `result` settles, by itself or by the signal. */
export class FileThread<Result extends ThreadResult> {
  readonly blocks = new Channel<Buffer>();
  readonly result: Promise<Result>;
  progress = { looked: 0, bytes: 0 };
  readonly #worker: Worker;
  readonly #out = new Set<ArrayBufferLike>();
  #credit = Promise.withResolvers<void>();

  constructor(work: ThreadWork, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#worker = startThread({ workerData: work, env: {}, execArgv: [] });
    this.result = this.#untilDone(signal);
    this.result.catch((error: unknown) => this.blocks.fail(error));
  }

  #untilDone(signal: AbortSignal): Promise<Result> {
    const done = Promise.withResolvers<Result>();
    const onAbort = () => done.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#worker.on("message", (message: FromThread) => this.#take(message, done));
    this.#worker.on("error", (error) => done.reject(error));
    this.#worker.on("exit", () => done.reject(new FileError("The thread that handles files ended.", null)));
    return done.promise.finally(async () => {
      signal.removeEventListener("abort", onAbort);
      this.#credit.resolve();
      await this.#worker.terminate();
    });
  }

  #take(message: FromThread, done: PromiseWithResolvers<Result>): void {
    if (message.say === "block") {
      this.#out.add(message.block);
      this.blocks.push(Buffer.from(message.block, 0, message.used));
    } else if (message.say === "progress") {
      this.progress = { looked: message.looked, bytes: message.bytes };
    } else if (message.say === "more") this.#credit.resolve();
    else if (message.say === "failed") {
      const { code, systemCode, message: text } = message;
      done.reject(code === null ? new FileError(text, systemCode) : new AppError(code, text));
    } else {
      this.blocks.end();
      done.resolve(message.result as Result);
    }
  }

  #post(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Gives a block's memory back to the thread. Releasing twice, or what is not the thread's, does nothing. */
  release(view: Uint8Array): void {
    if (!this.#out.delete(view.buffer)) return;
    const block = view.buffer as ArrayBuffer;
    this.#post({ say: "free", block }, [block]);
  }

  /** Hands all pieces over, at the thread's own pace; ends early where the thread does. */
  async feed(pieces: AsyncIterable<Uint8Array>, done: (piece: Uint8Array) => void): Promise<void> {
    let ended = false;
    const over = this.result.then(
      () => undefined,
      () => undefined,
    );
    void over.then(() => {
      ended = true;
    });
    for await (const piece of pieces) {
      if (ended) return;
      const copy = Uint8Array.from(piece).buffer;
      done(piece);
      this.#credit = Promise.withResolvers<void>();
      this.#post({ say: "piece", piece: copy }, [copy]);
      await Promise.race([this.#credit.promise, over]);
    }
    this.#post({ say: "end" });
  }
}
