import { toWire } from "#lib/core/wire";
import { type ExecutionEvent, watchExecution } from "#lib/features/executions/watch-execution";
import { eventStream } from "#lib/web/event-stream";
import { streaming } from "#lib/web/route";

/** Server-sent events `log` and `state`; the id of an event is the last log line's, to resume after. */
export const GET = streaming(async (request, ctx, { id = "" }) => {
  const after =
    request.headers.get("last-event-id") ?? request.nextUrl.searchParams.get("after") ?? undefined;
  const events = watchExecution(ctx, { id, after, signal: request.signal });
  return eventStream(events, toEvent);
});

function toEvent(event: ExecutionEvent) {
  if (event.type === "log") return { event: "log", id: event.lines.at(-1)?.id, data: toWire(event.lines) };
  if (event.type === "state") return { event: "state", data: toWire(event.state) };
  return null;
}
