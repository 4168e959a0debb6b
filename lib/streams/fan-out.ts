import { Channel } from "#lib/streams/channel";

/** Chunks that one consumer may be behind; the slowest sets the pace beyond that. */
const WINDOW = 2;

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Gives every chunk of `source` to all consumers. One that fails drops out while the others go on; when all
 * have failed, or the source fails, everything ends: then it rejects (with the source's error, or the first
 * consumer's) after every consumer has settled. Outcomes come in the consumers' order. `onConsumed` is called
 * for a chunk once every consumer has asked for the one after it, or has ended.
 */
export async function fanOut<C extends Uint8Array, T>(
  source: AsyncIterable<C>,
  consumers: readonly ((bytes: AsyncIterable<C>) => Promise<T>)[],
  onConsumed: (chunk: C) => void = () => undefined,
): Promise<Outcome<T>[]> {
  const holders = new Map<C, number>();
  const letGo = (chunk: C): void => {
    const left = (holders.get(chunk) ?? 1) - 1;
    if (left > 0) holders.set(chunk, left);
    else {
      holders.delete(chunk);
      onConsumed(chunk);
    }
  };
  const lanes = consumers.map((consume) => new Lane(consume, letGo));
  const ending = Promise.all(lanes.map((lane) => lane.done));
  try {
    for await (const chunk of source) {
      const alive = lanes.filter((lane) => !lane.settled);
      if (alive.length === 0) break;
      holders.set(chunk, alive.length);
      for (const lane of alive) lane.push(chunk);
      await Promise.all(alive.map((lane) => lane.channel.roomFor(WINDOW)));
    }
    for (const lane of lanes) lane.channel.end();
  } catch (error) {
    for (const lane of lanes) lane.channel.fail(error);
    await ending;
    throw error;
  }
  const outcomes = await ending;
  const first = outcomes[0];
  if (first && !first.ok && outcomes.every((outcome) => !outcome.ok)) throw first.error;
  return outcomes;
}

/** One consumer: what it was given and has not let go of yet. */
class Lane<C, T> {
  readonly channel = new Channel<C>();
  readonly done: Promise<Outcome<T>>;
  settled = false;
  readonly #held: C[] = [];
  readonly #letGo: (chunk: C) => void;

  constructor(consume: (bytes: AsyncIterable<C>) => Promise<T>, letGo: (chunk: C) => void) {
    this.#letGo = letGo;
    this.done = this.#run(consume);
  }

  push(chunk: C): void {
    this.#held.push(chunk);
    this.channel.push(chunk);
  }

  async #run(consume: (bytes: AsyncIterable<C>) => Promise<T>): Promise<Outcome<T>> {
    try {
      return { ok: true, value: await consume(this.#bytes()) };
    } catch (error) {
      return { ok: false, error };
    } finally {
      this.settled = true;
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
