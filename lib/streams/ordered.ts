import { Channel } from "#lib/streams/channel";

/**
 * Applies `work` to up to `limit` items at once and yields the results in the items' order. The source is
 * read ahead by at most `limit` items. Stopping early ends the source.
 */
export async function* mapOrdered<In, Out>(
  source: AsyncIterable<In>,
  limit: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const running = new Channel<Promise<Out>>();
  let stopped = false;
  const pump = async () => {
    for await (const item of source) {
      if (stopped) return;
      const result = work(item);
      result.catch(() => undefined);
      running.push(result);
      await running.roomFor(limit);
    }
  };
  const pumped = pump().then(
    () => running.end(),
    (error: unknown) => running.fail(error),
  );
  try {
    for await (const result of running) yield await result;
    await pumped;
  } finally {
    stopped = true;
    running.close();
  }
}
