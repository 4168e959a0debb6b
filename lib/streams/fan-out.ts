import { Channel } from "#lib/streams/channel";

/** Chunks that one consumer may be behind; the slowest sets the pace beyond that. */
const WINDOW = 2;

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Gives every chunk of `source` to all consumers. One that fails drops out while the others go on; when all
 * have failed, or the source fails, everything ends: then it rejects (with the source's error, or the first
 * consumer's) after every consumer has settled. Outcomes come in the consumers' order.
 */
export async function fanOut<C extends Uint8Array, T>(
  source: AsyncIterable<C>,
  consumers: readonly ((bytes: AsyncIterable<C>) => Promise<T>)[],
): Promise<Outcome<T>[]> {
  const lanes = consumers.map((consume) => startLane(consume));
  const ending = Promise.all(lanes.map((lane) => lane.done));
  try {
    for await (const chunk of source) {
      const alive = lanes.filter((lane) => !lane.settled);
      if (alive.length === 0) break;
      for (const lane of alive) lane.channel.push(chunk);
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

interface Lane<C, T> {
  readonly channel: Channel<C>;
  readonly done: Promise<Outcome<T>>;
  settled: boolean;
}

function startLane<C, T>(consume: (bytes: AsyncIterable<C>) => Promise<T>): Lane<C, T> {
  const channel = new Channel<C>();
  const lane: Lane<C, T> = { channel, settled: false, done: run() };
  async function run(): Promise<Outcome<T>> {
    try {
      const value = await consume(whole(channel));
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error };
    } finally {
      lane.settled = true;
      channel.close();
    }
  }
  return lane;
}

/** Keeps a consumer that returns early from ending the shared channel's iterator more than once. */
async function* whole<C>(channel: Channel<C>): AsyncGenerator<C> {
  yield* channel;
}
