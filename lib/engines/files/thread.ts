/**
 * A thread that reads or writes trees of files. Its calls to the system are synchronous: for many small
 * files that is several times faster than asking a thread pool for each, and here it holds nobody up.
 */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "#lib/core/errors";
import { BlockWriter, NoSink } from "#lib/engines/files/block-writer";
import type { FromThread, ThreadResult, ThreadWork, ToThread } from "#lib/engines/files/messages";
import { Packer, type PackRequest } from "#lib/engines/files/pack";
import { Unpacker, type UnpackRequest } from "#lib/engines/files/unpack";
import { BLOCK_BYTES } from "#lib/streams/block-pool";
import { Channel } from "#lib/streams/channel";
import { codeOf } from "#lib/streams/real-path";

const PROGRESS_MS = 500;

const port = parentPort;
if (port === null) throw new Error("This is a thread's program.");

const say = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

async function pack(request: PackRequest, maxBlocks: number): Promise<ThreadResult> {
  const free = new Channel<ArrayBuffer>();
  const waiting = free[Symbol.asyncIterator]();
  port?.on("message", (message: ToThread) => {
    if (message.say === "free") free.push(message.block);
  });
  let made = 0;
  const take = async (): Promise<ArrayBuffer> => {
    tell();
    if (free.size === 0 && made < maxBlocks) {
      made += 1;
      return Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer;
    }
    return (await waiting.next()).value;
  };
  const writer = new BlockWriter(take, (block, used) => say({ say: "block", block, used }, [block]));
  const packer = new Packer(request, writer);
  const tell = () => say({ say: "progress", looked: packer.looked, bytes: writer.bytes });
  packer.onLooked = pacer(tell);
  const result = await packer.run();
  writer.flush();
  return result;
}

/** At most twice a second: a walk that finds nothing to take is no stall. */
function pacer(tell: () => void): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    tell();
  };
}

const walk = (request: PackRequest) => new Packer(request, new NoSink()).run();

async function unpack(request: UnpackRequest): Promise<ThreadResult> {
  const pieces = new Channel<Buffer>();
  port?.on("message", (message: ToThread) => {
    if (message.say === "piece") pieces.push(Buffer.from(message.piece));
    if (message.say === "end") pieces.end();
  });
  const acknowledged = async function* () {
    for await (const piece of pieces) {
      yield piece;
      say({ say: "more" });
    }
  };
  return new Unpacker(request).run(acknowledged());
}

async function run(order: ThreadWork): Promise<ThreadResult> {
  if (order.work === "pack") return pack(order.request, order.maxBlocks);
  return order.work === "walk" ? walk(order.request) : unpack(order.request);
}

try {
  say({ say: "done", result: await run(workerData as ThreadWork) });
} catch (error) {
  say({
    say: "failed",
    code: error instanceof AppError ? error.code : null,
    systemCode: codeOf(error) ?? null,
    message: error instanceof Error ? error.message : "unknown reason",
  });
}
port.close();
