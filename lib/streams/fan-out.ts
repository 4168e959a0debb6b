import { Channel } from "#lib/streams/channel";

/** Chunks that one consumer may be behind; the slowest sets the pace beyond that. */
const WINDOW = 2;

export interface FanOutOptions<C> {
  /** Called for a chunk once every consumer has asked for the one after it, or has ended. */
  readonly onConsumed?: (chunk: C) => void;
  /**
   * How long (ms) one consumer may hold up others that wait for the next chunk; then it is told to end. One
   * alone, or all together, may take as long as they like.
   */
  readonly patienceMs?: number;
}

/** Reads its bytes to their end; `signal` aborts when it has held up the others for too long. */
export type Consumer<C, T> = (bytes: AsyncIterable<C>, signal: AbortSignal) => Promise<T>;

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Gives every chunk of `source` to all consumers. One that fails drops out while the others go on; when all
 * have failed, the source is left. Answers their outcomes, in their order, once every consumer has settled.
 * Rejects with the source's error, where that breaks.
 */
export async function fanOut<C extends Uint8Array, T>(
  source: AsyncIterable<C>,
  consumers: readonly Consumer<C, T>[],
  options: FanOutOptions<C> = {},
): Promise<Outcome<T>[]> {
  const { onConsumed, patienceMs = Infinity } = options;
  const holders = new Map<C, number>();
  const letGo = (chunk: C): void => {
    const left = (holders.get(chunk) ?? 1) - 1;
    if (left > 0) holders.set(chunk, left);
    else {
      holders.delete(chunk);
      onConsumed?.(chunk);
    }
  };
  const lanes = consumers.map((consume) => new Lane(consume, letGo));
  const ending = Promise.all(lanes.map((lane) => lane.done));
  try {
    for await (const chunk of source) {
      const alive = lanes.filter((lane) => !lane.ended);
      if (alive.length === 0) break;
      holders.set(chunk, alive.length);
      for (const lane of alive) lane.push(chunk);
      await untilRoom(alive, patienceMs);
    }
    for (const lane of lanes) lane.channel.end();
  } catch (error) {
    for (const lane of lanes) lane.channel.fail(error);
    await ending;
    throw error;
  }
  return ending;
}

/** Waits for the slowest; where others wait with us for too long, those that hold them up are given up. */
async function untilRoom<C, T>(lanes: readonly Lane<C, T>[], patienceMs: number): Promise<void> {
  const waiting = new Set(lanes);
  const rooms = lanes.map((lane) => lane.channel.roomFor(WINDOW).then(() => waiting.delete(lane)));
  if (lanes.length === 1 || patienceMs === Infinity) return void (await Promise.all(rooms));
  const timer = setInterval(() => {
    if (waiting.size === lanes.length) return;
    for (const lane of waiting) lane.giveUp(patienceMs);
  }, patienceMs);
  try {
    await Promise.all(rooms);
  } finally {
    clearInterval(timer);
  }
}

/** One consumer: what it was given and has not let go of yet. */
class Lane<C, T> {
  readonly channel = new Channel<C>();
  readonly done: Promise<Outcome<T>>;
  /** It takes nothing more: settled, or given up and on its way there. */
  ended = false;
  readonly #stop = new AbortController();
  readonly #held: C[] = [];
  readonly #letGo: (chunk: C) => void;

  constructor(consume: Consumer<C, T>, letGo: (chunk: C) => void) {
    this.#letGo = letGo;
    this.done = this.#run(consume);
  }

  push(chunk: C): void {
    this.#held.push(chunk);
    this.channel.push(chunk);
  }

  giveUp(patienceMs: number): void {
    const error = new Error(
      `It took nothing for ${Math.round(patienceMs / 1000)} s while the others waited.`,
    );
    this.ended = true;
    this.channel.fail(error);
    this.#stop.abort(error);
  }

  async #run(consume: Consumer<C, T>): Promise<Outcome<T>> {
    try {
      return { ok: true, value: await consume(this.#bytes(), this.#stop.signal) };
    } catch (error) {
      return { ok: false, error };
    } finally {
      this.ended = true;
      this.channel.close();
      for (const chunk of this.#held.splice(0)) this.#letGo(chunk);
    }
  }

  /** Coming back after a yield means that the consumer asks for more and is done with what it had. */
  async *#bytes(): AsyncGenerator<C> {
    for await (const chunk of this.channel) {
      yield chunk;
      this.#held.shift();
      this.#letGo(chunk);
    }
  }
}
