import pg from "pg";
import { log } from "#lib/log";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface Listener {
  close(): Promise<void>;
}

/**
 * LISTENs on channels with a connection of its own and calls back for every notification. A lost
 * connection comes back by itself. `onListening` is called each time it hears, the first time too, because
 * what was notified before that is gone.
 */
export function listen(
  url: string,
  handlers: Readonly<Record<string, (payload: string) => void>>,
  onListening: () => void = () => undefined,
): Listener {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = FIRST_PAUSE_MS;

  const retry = (): void => {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: "dataguardian-listen",
      keepAlive: true,
    });
    next.on("notification", ({ channel, payload }) => handlers[channel]?.(payload ?? ""));
    next.on("error", (error) => log.debug({ component: "listen", err: error }, "listening connection lost"));
    next.on("end", () => {
      if (client === next) client = undefined;
      retry();
    });
    try {
      await next.connect();
      for (const channel of Object.keys(handlers)) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      client = next;
      pause = FIRST_PAUSE_MS;
      onListening();
      if (closed) await next.end();
    } catch (error) {
      log.debug({ component: "listen", err: error }, "cannot listen yet");
      await next
        .end()
        .catch((second) => log.debug({ component: "listen", err: second }, "half-open connection"));
      retry();
    }
  };
  void connect();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
