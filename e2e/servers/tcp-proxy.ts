import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** "up": from the client to the server; "down": what the server answers. */
export type Direction = "up" | "down";

/** A bad network on 127.0.0.1 between a client and a real server. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes carried so far, over all connections. */
  readonly carried: Readonly<Record<Direction, number>>;
  /** Connections accepted so far. */
  readonly accepted: number;
  /**
   * Resets (RST, both sides) the connection that carries the `bytes`-th byte from now on, counted over all
   * connections; no byte after it passes. Once, or `times` times, each counted from the one before.
   */
  resetAfter(bytes: number, direction?: Direction, times?: number): void;
  /** Every piece of data waits so long, each way. */
  setLatency(ms: number): void;
  /** Nothing passes until `resume`; connections stay open. */
  pause(): void;
  resume(): void;
  /** Resets every open connection now. */
  cut(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

interface State {
  readonly pairs: Set<Pair>;
  readonly carried: Record<Direction, number>;
  latencyMs: number;
  gate: PromiseWithResolvers<void> | null;
  reset: { direction: Direction; every: number; left: number; times: number } | null;
}

/** Forwards a free port of 127.0.0.1 to `target`. */
export async function startTcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const state: State = {
    pairs: new Set(),
    carried: { up: 0, down: 0 },
    latencyMs: 0,
    gate: null,
    reset: null,
  };
  let accepted = 0;
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    const server = connect({ host: target.host ?? "127.0.0.1", port: target.port, allowHalfOpen: true });
    server.setNoDelay(true);
    const pair = { client, server };
    state.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on("error", () => resetPair(pair));
      socket.on("close", () => state.pairs.delete(pair));
    }
    void carry(state, pair, "up");
    void carry(state, pair, "down");
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The proxy got no port.");
  const resume = () => {
    state.gate?.resolve();
    state.gate = null;
  };
  const cut = () => {
    for (const pair of state.pairs) resetPair(pair);
  };
  return {
    port: address.port,
    carried: state.carried,
    get accepted() {
      return accepted;
    },
    resetAfter: (bytes, direction = "up", times = 1) => {
      state.reset = { direction, every: bytes, left: bytes, times };
    },
    setLatency: (ms) => {
      state.latencyMs = ms;
    },
    pause: () => {
      state.gate ??= Promise.withResolvers<void>();
    },
    resume,
    cut,
    close: async () => {
      const closed = once(listener, "close");
      listener.close();
      resume();
      cut();
      await closed;
    },
  };
}

function resetPair(pair: Pair): void {
  pair.client.resetAndDestroy();
  pair.server.resetAndDestroy();
}

async function carry(state: State, pair: Pair, direction: Direction): Promise<void> {
  const [from, to] = direction === "up" ? [pair.client, pair.server] : [pair.server, pair.client];
  try {
    for await (const piece of from) {
      if (state.latencyMs > 0) await sleep(state.latencyMs);
      await state.gate?.promise;
      const passing = allowed(state, direction, piece);
      state.carried[direction] += passing.length;
      if (passing.length > 0) await new Promise<void>((resolve) => to.write(passing, () => resolve()));
      if (passing.length < piece.length) {
        resetPair(pair);
        return;
      }
    }
    to.end();
  } catch {
    // A broken connection is this proxy's business: the other side hears of it at once.
    resetPair(pair);
  }
}

/** The piece, or what may pass of it before the connection is to break. */
function allowed(state: State, direction: Direction, piece: Buffer): Buffer {
  const { reset } = state;
  if (reset === null || reset.direction !== direction) return piece;
  if (piece.length <= reset.left) {
    reset.left -= piece.length;
    return piece;
  }
  const passing = piece.subarray(0, reset.left);
  reset.times -= 1;
  reset.left = reset.every;
  if (reset.times === 0) state.reset = null;
  return passing;
}
