import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/**
 * What becomes of a request: passed on, refused, done by the server without the client hearing of it, or
 * answered with a header whose body never comes.
 */
export type HttpFault =
  | { readonly kind: "pass"; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "answer"; readonly status: number; readonly body: string }
  | { readonly kind: "lose" }
  | { readonly kind: "behead" };

/** A bad proxy on 127.0.0.1 before a real HTTP server. Requests pass unchanged, signatures stay valid. */
export interface HttpProxy {
  readonly port: number;
  /** Method and path with query of every request so far. */
  readonly seen: readonly string[];
  /** Asked for every request; all pass by default. */
  decide: (method: string, url: string) => HttpFault;
  close(): Promise<void>;
}

export async function startHttpProxy(targetPort: number): Promise<HttpProxy> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    seen.push(`${method} ${url}`);
    const fault = proxy.decide(method, url);
    if (fault.kind === "answer") refuse(incoming, outgoing, fault);
    else forward(targetPort, incoming, outgoing, fault);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy got no port.");
  const proxy: HttpProxy = {
    port: address.port,
    seen,
    decide: () => ({ kind: "pass" }),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

/** An answer as S3 gives it; the request's bytes are read, so that the client hears it. */
function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: { status: number; body: string },
) {
  incoming.resume();
  incoming.once("end", () => {
    outgoing.writeHead(fault.status, { "content-type": "application/xml" });
    outgoing.end(fault.body);
  });
}

function forward(port: number, incoming: IncomingMessage, outgoing: ServerResponse, fault: HttpFault): void {
  const { method, url, headers } = incoming;
  const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
    if (fault.kind === "lose") {
      answer.resume();
      answer.once("end", () => outgoing.destroy());
      return;
    }
    if (fault.kind === "behead") {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      outgoing.socket?.end();
      answer.destroy();
      return;
    }
    const changed = fault.kind === "pass" ? fault.headers : {};
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...changed });
    answer.pipe(outgoing);
    answer.once("error", () => outgoing.destroy());
  });
  onward.once("error", () => outgoing.destroy());
  outgoing.once("close", () => onward.destroy());
  incoming.pipe(onward);
}

/** The body in which S3 says what is wrong. */
export const s3Error = (code: string, message = code) =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
