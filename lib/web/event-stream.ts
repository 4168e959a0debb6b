import "server-only";
import { log } from "#lib/log";

export interface ServerEvent {
  readonly event: string;
  readonly id?: string | undefined;
  readonly data: unknown;
}

/**
 * A response of server-sent events (WHATWG HTML, section 9.2). `toEvent` answers null for "nothing new", which
 * becomes a comment that keeps the connection. The first event is awaited, so that a refusal is a real 4xx.
 */
export async function eventStream<T>(
  source: AsyncGenerator<T>,
  toEvent: (item: T) => ServerEvent | null,
): Promise<Response> {
  const first = await source.next();
  const encoder = new TextEncoder();
  const write = (controller: ReadableStreamDefaultController<Uint8Array>, item: T): void => {
    const event = toEvent(item);
    const text = event
      ? `${event.id ? `id: ${event.id}\n` : ""}event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
      : ": idle\n\n";
    controller.enqueue(encoder.encode(text));
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (!first.done) write(controller, first.value);
    },
    pull: async (controller) => {
      try {
        const next = first.done ? first : await source.next();
        if (next.done) controller.close();
        else write(controller, next.value);
      } catch (error) {
        // The browser reconnects by itself and learns then what is wrong.
        log.info({ component: "web", err: error }, "an event stream broke off");
        controller.close();
      }
    },
    cancel: async () => {
      await source.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
